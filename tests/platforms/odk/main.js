// ODK Web Forms with one form; what is sent is left in window.sent for the test to read.
import { createApp, h } from "vue";
import { OdkWebForm, webFormsPlugin } from "@getodk/web-forms";

window.show = (formXml) => {
  window.sent = null;
  window.faults = [];
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        formXml,
        fetchFormAttachment: () => Promise.reject(new Error("no attachments")),
        missingResourceBehavior: "BLANK",
        trackDevice: false,
        onSubmit: async (payload) => {
          const file = payload.data[0].get("xml_submission_file");
          window.sent = await file.text();
        },
      }),
  });
  app.config.errorHandler = (error) => window.faults.push(String(error));
  app.use(webFormsPlugin);
  app.mount("#form");
};

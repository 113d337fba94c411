# Reference values for tests/stats/test_cfa.py and test_invariance.py. Run in this directory:  Rscript make_cfa.R
# Made with R 4.2.2 from Debian 12: r-base-core r-cran-lavaan (0.6-14) r-cran-jsonlite.
suppressMessages({ library(lavaan); library(jsonlite) })
out <- list()
hs <- read.csv("data/holzinger_swineford_1939.csv")
bfi <- read.csv("data/bfi.csv")
mobi <- read.csv("data/ecsi_mobi.csv")
hs$age <- ifelse(hs$ageyr <= 12, "young", ifelse(hs$ageyr == 13, "middle", "old"))
hs_model <- "visual =~ x1+x2+x3\n textual =~ x4+x5+x6\n speed =~ x7+x8+x9"
bfi_model <- paste(sapply(c("A", "C", "E", "N", "O"), function(k) paste(k, "=~", paste0(k, 1:5, collapse = "+"))),
                   collapse = "\n")
mobi_model <- "EXPE =~ CUEX1+CUEX2+CUEX3\nSAT =~ CUSA1+CUSA2+CUSA3\nLOY =~ CUSL1+CUSL2+CUSL3
IMAG =~ IMAG1+IMAG2+IMAG3+IMAG4+IMAG5\nQUAL =~ PERQ1+PERQ2+PERQ3+PERQ4+PERQ5+PERQ6+PERQ7\nVAL =~ PERV1+PERV2"
levels_of <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"),
                  strict = c("loadings", "intercepts", "residuals"))
indices <- c("npar", "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr",
             "logl", "unrestricted.logl", "aic", "bic", "baseline.chisq", "baseline.df", "ntotal")

run <- function(model, data, ...) {  # as exact as the optimiser can: too small a tolerance is "not converged"
  for (tol in c(1e-13, 1e-12, 1e-11, 1e-10)) {
    f <- suppressWarnings(cfa(model, data = data, meanstructure = TRUE, em.h1.tol = 1e-10, em.h1.iter.max = 20000,
                              control = list(rel.tol = tol, iter.max = 20000, eval.max = 20000), ...))
    if (lavInspect(f, "converged")) return(f)
  }
  stop("no convergence")
}
fit_of <- function(f) as.list(fitMeasures(f)[indices])
table_of <- function(f) {
  e <- parameterEstimates(f)[, c("lhs", "op", "rhs", "est", "se")]
  groups <- lavInspect(f, "ngroups")
  s <- suppressWarnings(standardizedSolution(f, type = "std.all"))
  keep <- s$op %in% c("=~", "~~", "~1")
  e <- parameterEstimates(f); e <- e[e$op %in% c("=~", "~~", "~1"), ]
  data.frame(group = if (groups > 1) lavInspect(f, "group.label")[e$group] else "all", lhs = e$lhs, op = e$op,
             rhs = e$rhs, est = e$est, se = e$se, std = s$est.std[keep], std_se = s$se[keep])
}
all_of <- function(f) list(fit = fit_of(f), table = table_of(f))
score_of <- function(f) {
  uni <- suppressWarnings(lavTestScore(f)$uni)
  pt <- parTable(f); at <- match(uni$rhs, pt$plabel)
  data.frame(lhs = pt$lhs[at], op = pt$op[at], rhs = pt$rhs[at], group = lavInspect(f, "group.label")[pt$group[at]],
             x2 = uni$X2)
}
ladder <- function(model, data, group, labels, ..., tables = "scalar", scores = c("metric", "scalar")) {
  res <- list()
  for (name in names(levels_of)) {
    f <- run(model, data, group = group, group.label = labels, group.equal = levels_of[[name]], ...)
    res[[name]] <- list(fit = fit_of(f))
    if (name %in% tables) res[[name]]$table <- table_of(f)
    if (name %in% scores) res[[name]]$score <- score_of(f)
  }
  res
}

# --- one group --------------------------------------------------------------------------------------------
out$hs <- all_of(run(hs_model, hs))
out$bfi <- all_of(run(bfi_model, bfi))
out$mobi <- all_of(run(mobi_model, mobi))
out$hs_three <- all_of(run("visual =~ x1+x2+x3", hs))                            # df = 0
out$hs_two <- all_of(run("visual =~ x1+x2\n textual =~ x4+x5+x6", hs))            # a construct of two items
out$hs_lone <- all_of(run("visual =~ x1\n textual =~ x4+x5+x6\n speed =~ x7+x8+x9", hs))  # of one item

# --- holes: a rule anyone can repeat, partly depending on what is seen --------------------------------------
holes <- hs; for (j in 1:9) holes[[paste0("x", j)]][(seq_len(nrow(hs)) * 7 + j * 13) %% 11 == 0] <- NA
holes$x9[!is.na(holes$x1) & holes$x1 > 5.5] <- NA
holes[5, paste0("x", 1:9)] <- NA
out$hs_fiml <- all_of(run(hs_model, holes, missing = "ml"))
out$hs_fiml_school <- ladder(hs_model, holes, "school", c("Pasteur", "Grant-White"), missing = "ml",
                             tables = c("configural", "scalar"))
out$bfi_fiml <- all_of(run(bfi_model, bfi, missing = "ml"))

# --- several groups ----------------------------------------------------------------------------------------
out$hs_school <- ladder(hs_model, hs, "school", c("Pasteur", "Grant-White"), tables = names(levels_of))
out$hs_age <- ladder(hs_model, hs, "age", c("young", "middle", "old"))
out$bfi_gender <- ladder(bfi_model, bfi, "gender", c(1, 2))
partial <- run(hs_model, hs, group = "school", group.label = c("Pasteur", "Grant-White"),
               group.equal = c("loadings", "intercepts"), group.partial = c("x3~1", "x7~1"))
out$hs_partial <- c(all_of(partial), list(score = score_of(partial)))
lone <- run("visual =~ x1\n textual =~ x4+x5+x6\n speed =~ x7+x8+x9", hs, group = "school",
            group.label = c("Pasteur", "Grant-White"), group.equal = c("loadings", "intercepts", "residuals"))
out$hs_lone_strict <- all_of(lone)

# --- dMACS (Nye & Drasgow 2011), integrated numerically from the partial model -------------------------------
e <- parameterEstimates(partial)
pick <- function(op, lhs, rhs, g) e$est[e$op == op & e$lhs == lhs & e$rhs == rhs & e$group == g]
construct <- rep(c("visual", "textual", "speed"), each = 3); n <- table(factor(hs$school, c("Pasteur", "Grant-White")))
out$dmacs <- lapply(1:9, function(j) {
  item <- paste0("x", j); f <- construct[j]
  line <- function(g, eta) pick("~1", item, "", g) + pick("=~", f, item, g) * eta
  focal <- function(eta) dnorm(eta, pick("~1", f, "", 2), sqrt(pick("~~", f, f, 2)))
  sds <- tapply(hs[[item]], factor(hs$school, c("Pasteur", "Grant-White")), sd)
  pooled <- sum((n - 1) * sds) / (sum(n) - 2)
  m <- pick("~1", f, "", 2); s <- sqrt(pick("~~", f, f, 2))
  over <- function(h) integrate(h, m - 12 * s, m + 12 * s, rel.tol = 1e-12, subdivisions = 2000)$value
  list(item = item, dmacs = sqrt(over(function(x) (line(1, x) - line(2, x))^2 * focal(x))) / pooled,
       bias = over(function(x) (line(2, x) - line(1, x)) * focal(x)), pooled_sd = pooled)
})
out$`_made` <- paste(R.version.string, "lavaan", packageVersion("lavaan"))
write_json(out, "cfa.json", digits = NA, auto_unbox = TRUE, na = "null", pretty = FALSE)

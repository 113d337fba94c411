# Reference values for the tests of agreement, raters, surface, power, shrinkage and ordinal regression.
# Run in this directory:  Rscript make_agreement.R <folder with the full data>
# R 4.2.2 from Debian 12: r-base-core r-cran-multilevel r-cran-psych r-cran-vcd r-cran-sandwich r-cran-metafor
# r-cran-lme4 r-cran-ordinal r-cran-hmisc r-cran-mass r-cran-jsonlite.
suppressMessages({ library(multilevel); library(psych); library(vcd); library(sandwich); library(metafor)
                   library(lme4); library(ordinal); library(MASS); library(jsonlite) })
from <- commandArgs(trailingOnly = TRUE); from <- if (length(from)) from[1] else stop("say where the data lie: Rscript make_agreement.R FOLDER")
out <- list()

# --- extracts ---------------------------------------------------------------------------------------------
data(bh1996); data(lq2002)
write.csv(bh1996[c("GRP", "COHES", "HRS")], "data/bh1996_extract.csv", row.names = FALSE, quote = FALSE)
write.csv(lq2002[c("COMPID", paste0("LEAD", sprintf("%02d", 1:11)))], "data/lq2002_lead.csv", row.names = FALSE,
          quote = FALSE)
motcon <- read.csv(file.path(from, "rsa_motcon.csv"))
write.csv(motcon, "data/rsa_motcon.csv", row.names = FALSE, quote = FALSE)
kiosk <- read.csv(file.path(from, "kiosk_kservqual.csv"))
kiosk <- kiosk[grep("^sq[0-9]+_(exp|per)$", names(kiosk))]; kiosk <- kiosk[complete.cases(kiosk), ]
write.csv(kiosk, "data/kiosk_servqual.csv", row.names = FALSE, quote = FALSE)
house <- MASS::housing
write.csv(house, "data/mass_housing.csv", row.names = FALSE, quote = FALSE)
wine <- ordinal::wine[c("rating", "temp", "contact")]
write.csv(wine, "data/ordinal_wine.csv", row.names = FALSE, quote = FALSE)

# --- agreement --------------------------------------------------------------------------------------------
icc <- function(values, group) {                     # Wald 1940: exact for unequal groups; mean size as in ICC1()
  fit <- aov(values ~ factor(group)); tab <- summary(fit)[[1]]; k <- length(values) / (tab[1, 1] + 1)
  n <- tapply(values, group, length); m <- tapply(values, group, mean)
  wald <- function(r) { v <- 1 / n + r; mu <- sum(m / v) / sum(1 / v); sum((m - mu)^2 / v) / tab[1, 1] / tab[2, 3] }
  r <- sapply(c(.975, .025), function(p) uniroot(function(r) wald(r) - qf(p, tab[1, 1], tab[2, 1]), c(-.001, 5),
                                                 tol = 1e-14)$root)
  list(icc1 = ICC1(fit), icc2 = ICC2(fit), icc1_ci = r / (1 + r), icc2_ci = k * r / (1 + k * r))
}
lead <- lq2002[3:13]
out$agreement <- list(
  hrs = icc(bh1996$HRS, bh1996$GRP), cohes = icc(bh1996$COHES, bh1996$GRP),
  rwg_cohes_slight = rwg(bh1996$COHES, bh1996$GRP, 1.34)$rwg, rwgj_lead_moderate = rwg.j(lead, lq2002$COMPID, .90)$rwg.j,
  ad_median_lead = ad.m(lead, lq2002$COMPID, type = "median")$AD.M, awg_lead01 = awg(lead[[1]], lq2002$COMPID)$a.wg,
  rwg_lead01 = rwg(lead[[1]], lq2002$COMPID, 2)$rwg)

# --- surface ----------------------------------------------------------------------------------------------
names(motcon) <- c("X", "Y", "Z")
fit <- lm(Z ~ X + Y + I(X^2) + I(X * Y) + I(Y^2), motcon); b <- setNames(coef(fit), paste0("b", 0:5))
group <- rep(1:12, 7)
covs <- list(ols = vcov(fit), hc3 = vcovHC(fit, "HC3"), cluster = vcovCL(fit, group, type = "HC1"))
text <- list(x0 = "(b2*b4-2*b1*b5)/(4*b3*b5-b4^2)", y0 = "(b1*b4-2*b2*b3)/(4*b3*b5-b4^2)",
             p11 = "(b5-b3+sqrt((b3-b5)^2+b4^2))/b4", p21 = "(b5-b3-sqrt((b3-b5)^2+b4^2))/b4",
             shift = "(b2-b1)/(2*(b3-b4+b5))")
text$p10 <- paste0(text$y0, "-(", text$p11, ")*(", text$x0, ")"); text$p20 <- paste0(text$y0, "-(", text$p21, ")*(", text$x0, ")")
axes <- lapply(text, function(t) {
  d <- eval(deriv(parse(text = t), names(b)), as.list(b)); g <- attr(d, "gradient")
  c(value = c(d), sapply(covs, function(v) sqrt(c(g %*% v %*% t(g))))) })
L <- rbind(a1 = c(0, 1, 1, 0, 0, 0), a2 = c(0, 0, 0, 1, 1, 1), a3 = c(0, 1, -1, 0, 0, 0), a4 = c(0, 0, 0, 1, -1, 1),
           a5 = c(0, 0, 0, 1, 0, -1))
wald <- function(v, df) { q <- b[4:6]; f <- c(q %*% solve(v[4:6, 4:6]) %*% q) / 3
  c(f = f, p = pf(f, 3, df, lower.tail = FALSE)) }
out$surface <- list(b = unname(b), b_se = lapply(covs, function(v) unname(sqrt(diag(v)))), a = c(L %*% b),
                    a_se = lapply(covs, function(v) unname(sqrt(diag(L %*% v %*% t(L))))), axes = lapply(axes, as.list),
                    curvature = lapply(list(ols = wald(covs$ols, 78), hc3 = wald(covs$hc3, 78),
                                            cluster = wald(covs$cluster, 11)), as.list))

# --- power ------------------------------------------------------------------------------------------------
two <- function(n, d) power.t.test(n, d, strict = TRUE)$power
owen <- function(n, margin, d, alpha) {                           # Owen's Q by R's integrate; equal n, sd 1
  df <- 2 * n - 2; se <- sqrt(2 / n); t <- qt(1 - alpha, df); top <- margin / se * sqrt(df) / t
  q <- function(t, delta) integrate(function(x) pnorm(t * x / sqrt(df) - delta) *
    exp((df - 1) * log(x) - x^2 / 2 - (df / 2 - 1) * log(2) - lgamma(df / 2)), 0, top, rel.tol = 1e-12,
    subdivisions = 2000)$value
  max(0, q(-t, (d - margin) / se) - q(t, (d + margin) / se)) }
grid <- expand.grid(n = c(5, 20, 64, 500), d = c(.05, .2, .5, 1)); te <- expand.grid(n = c(15, 60, 200), d = c(0, .2))
out$power <- list(
  two = cbind(grid, power = mapply(two, grid$n, grid$d)),
  two_alpha01 = power.t.test(40, .6, sig.level = .01, strict = TRUE)$power,
  paired = power.t.test(30, .4, sd = 1.1, type = "paired", strict = TRUE)$power,
  n_two = power.t.test(delta = c(.3), power = .8, strict = TRUE)$n, n_two90 = power.t.test(delta = .5, power = .9, strict = TRUE)$n,
  n_paired = power.t.test(delta = .25, power = .9, type = "paired", strict = TRUE)$n,
  delta_100 = power.t.test(100, power = .8, strict = TRUE, tol = 1e-12)$delta,
  tost = cbind(te, power = mapply(function(n, d) owen(n, .5, d, .05), te$n, te$d)))
p <- c(.1, .2, .4, .2, .1); q <- c(.05, .1, .35, .3, .2)
sup <- sum(outer(seq_along(p), seq_along(q), function(i, j) (p[i] * q[j]) * ((i < j) + (i == j) / 2)))
noether_n <- function(c) { m <- c * p + (1 - c) * q
  (qnorm(.975) + qnorm(.8))^2 * (1 - sum(m^3)) / (12 * c * (1 - c) * (sup - .5)^2) }
odds2 <- Hmisc::pomodm(p = p, odds.ratio = 2)                      # Harrell: odds of higher answers times 2
w <- Hmisc::posamsize((p + odds2) / 2, odds.ratio = 2, fraction = .5, power = .8)
out$ordinal_power <- list(p = p, q = q, noether_n = noether_n(.5), noether_n_third = noether_n(1 / 3), odds2 = odds2,
                          whitehead_n = w$n)

# --- shrinkage --------------------------------------------------------------------------------------------
dat <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
tight <- list(threshold = 1e-14, maxiter = 1000, tol = 1e-14)
reml <- rma(yi, vi, data = dat, control = tight); pm <- rma(yi, vi, data = dat, method = "PM", control = tight); bl <- blup(reml)
dye <- lmer(Yield ~ 1 + (1 | Batch), Dyestuff); vc <- as.data.frame(VarCorr(dye))
out$shrinkage <- list(
  y = c(dat$yi), v = c(dat$vi), reml = reml$tau2, pm = pm$tau2, mu = c(reml$beta), mu_se = reml$se, blup = bl$pred,
  blup_se = bl$se, low = bl$pi.lb, high = bl$pi.ub,
  dyestuff = list(means = tapply(Dyestuff$Yield, Dyestuff$Batch, mean), v = vc$vcov[2] / 5, tau2 = vc$vcov[1],
                  blup = coef(dye)$Batch[[1]]))

# --- raters -----------------------------------------------------------------------------------------------
tab <- matrix(c(22, 2, 2, 0,  5, 7, 14, 0,  0, 2, 36, 0,  0, 1, 17, 10), 4, byrow = TRUE)   # Agresti 2002, tab. 10.8
lin <- Kappa(tab, weights = "Equal-Spacing"); qua <- Kappa(tab, weights = "Fleiss-Cohen"); ck <- cohen.kappa(tab)
fle <- matrix(c(0,0,0,0,14, 0,2,6,4,2, 0,0,3,5,6, 0,3,9,2,0, 2,2,8,1,1, 7,7,0,0,0, 3,2,6,3,0, 2,5,3,2,2, 6,5,2,1,0,
                0,2,2,3,7), ncol = 5, byrow = TRUE)
kap <- function(x) { n <- rowSums(x)[1]; P <- (rowSums(x^2) - n) / (n * (n - 1)); e <- sum((colSums(x) / sum(x))^2)
  (mean(P) - e) / (1 - e) }
jack <- sapply(1:10, function(i) kap(fle[-i, ]))
out$raters <- list(table = tab, kappa = as.list(lin$Unweighted), linear = as.list(lin$Weighted),
                   quadratic = as.list(qua$Weighted), psych_var = c(ck$var.kappa, ck$var.weighted), fleiss_table = fle,
                   fleiss = kap(fle), fleiss_jackknife_se = sqrt(9 / 10 * sum((jack - mean(jack))^2)))
alpha <- function(x, metric) {                                     # all pairs of all values, no coincidence matrix
  u <- lapply(seq_len(ncol(x)), function(j) x[!is.na(x[, j]), j]); u <- u[lengths(u) > 1]; v <- unlist(u); n <- length(v)
  freq <- table(v); name <- as.numeric(names(freq))
  d <- function(a, b) switch(metric, nominal = a != b, interval = (a - b)^2, ratio = ifelse(a + b == 0, 0, ((a - b) / (a + b))^2),
    ordinal = { lo <- min(a, b); hi <- max(a, b); (sum(freq[name >= lo & name <= hi]) - (freq[as.character(a)] +
                                                                                        freq[as.character(b)]) / 2)^2 })
  all <- function(z) { s <- 0; for (i in seq_along(z)) for (j in seq_along(z)) if (i != j) s <- s + d(z[i], z[j]); unname(s) }
  1 - (sum(sapply(u, function(z) all(z) / (length(z) - 1))) / n) / (all(v) / (n * (n - 1))) }
rat <- rbind(c(1,2,3,3,2,1,4,1,2,NA,NA,NA), c(1,2,3,3,2,2,4,1,2,5,NA,3), c(NA,3,3,3,2,3,4,2,2,5,1,NA),
             c(1,2,3,3,2,4,4,1,2,5,1,NA))                           # Krippendorff 2011, section C
set.seed(3); big <- matrix(sample(c(0, 1, 2, 5, 7, NA), 200, TRUE), 4)
metrics <- c("nominal", "ordinal", "interval", "ratio")
out$alpha <- list(ratings = rat, values = sapply(metrics, function(m) alpha(rat, m)), other = big,
                  other_values = sapply(metrics, function(m) alpha(big, m)))

# --- ordinal regression -----------------------------------------------------------------------------------
grab <- function(m) list(coef = as.list(coef(m)), se = as.list(sqrt(diag(vcov(m)))), logLik = c(logLik(m)))
control <- clm.control(gradTol = 1e-12, relTol = 1e-14)
out$clm_housing <- grab(clm(Sat ~ Infl + Type + Cont, weights = Freq, data = house, control = control))
out$clm_wine <- grab(clm(rating ~ temp + contact, data = wine, control = control))

out <- c(list("_source" = paste("made by make_agreement.R with", R.version.string, paste(sapply(
  c("multilevel", "psych", "vcd", "sandwich", "metafor", "lme4", "ordinal", "Hmisc"), function(p) paste(p, packageVersion(p))),
  collapse = ", "))), out)
write_json(out, "agreement.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE, matrix = "rowmajor", na = "null")

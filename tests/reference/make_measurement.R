# Reference values for tests/stats/test_{reliability,correlation,factor}.py. Run in this directory:
#   Rscript make_measurement.R
# Made with R 4.2.2 from Debian 12: r-base-core r-cran-psych r-cran-lavaan r-cran-semtools r-cran-gparotation
# r-cran-jsonlite. Where an R function stops early (optimize in polychoric, varimax with eps = 1e-5, L-BFGS-B in fa)
# its own parts are run to a tighter tolerance here, so that the values are good to about nine digits.
suppressMessages({ library(psych); library(lavaan); library(semTools); library(GPArotation); library(jsonlite) })
quiet <- function(e) suppressMessages(suppressWarnings({ capture.output(v <- e); v }))
rows <- function(m) { m <- unclass(m); matrix(as.numeric(m), nrow(m)) }
out <- list()
bfi <- na.omit(read.csv("data/bfi.csv")[, 1:25])
mobi <- read.csv("data/ecsi_mobi.csv")
thurstone <- as.matrix(read.csv("data/thurstone_corr.csv", row.names = 1))

# --- alpha --------------------------------------------------------------------------------------------------
one <- function(x) { a <- quiet(psych::alpha(x, warnings = FALSE)); t <- a$total
  list(raw = t$raw_alpha, std = t$std.alpha, average_r = t$average_r, raw_r = a$item.stats$raw.r, r_drop = a$item.stats$r.drop,
       dropped = if (ncol(x) > 2) a$alpha.drop$raw_alpha, mean = a$item.stats$mean, sd = a$item.stats$sd,
       ci90 = unlist(quiet(psych::alpha.ci(t$raw_alpha, nrow(x), ncol(x), p.val = .1))[c("lower.ci", "upper.ci")])) }
out$alpha <- list(bfi_A_unreversed = one(bfi[, 1:5]), bfi_N = one(bfi[, 16:20]), mobi_VAL = one(mobi[, c("PERV1", "PERV2")]),
                  mobi_all = one(mobi))
h <- cor.test(mobi$PERV1, mobi$PERV2)
out$spearman_brown <- list(value = unname(2 * h$estimate / (1 + h$estimate)), ci = as.numeric(2 * h$conf.int / (1 + h$conf.int)))

# --- polychoric, tetrachoric, smoothing ---------------------------------------------------------------------
tight <- function(x) { k <- ncol(x); r <- diag(k); n <- nrow(x)
  cut <- lapply(x, function(v) qnorm(cumsum(table(v)) / n)[-length(unique(v))])
  for (i in 2:k) for (j in 1:(i - 1))
    r[i, j] <- r[j, i] <- optimize(psych:::polyF, c(-1, 1), rc = cut[[i]], cc = cut[[j]],
                                   tab = table(x[[i]], x[[j]]) / n, tol = 1e-12)$minimum
  list(r = r, tau = unname(lapply(cut, as.numeric))) }
out$polychoric <- list(bfi10 = tight(bfi[, c(1:5, 16:20)]))
small <- bfi[1:60, 6:10]; small$C1 <- pmin(small$C1, 4); small$C2 <- pmax(small$C2, 3); small$C5 <- (small$C5 > 3) + 0
out$polychoric$small <- c(list(data = as.matrix(small)), tight(small))
yes <- as.data.frame((bfi[1:40, c(11, 13, 14, 16, 17)] > 4) + 0)
tet <- function(x, correct) { k <- ncol(x); r <- diag(k)                                        # as psych:::tetrac
  for (i in 2:k) for (j in 1:(i - 1)) { t <- table(x[[i]], x[[j]]); t[t == 0] <- correct
    r[i, j] <- r[j, i] <- optimize(psych:::tetraF, c(-1, 1), cc = qnorm(mean(x[[i]] == 0)), rc = qnorm(mean(x[[j]] == 0)),
                                   tab = t, tol = 1e-12)$minimum }
  r }                                                        # in tetraF, cc belongs to the rows and rc to the columns
yes[yes$N1 == 1, "E4"] <- 0                                                                     # makes an empty cell
out$tetrachoric <- list(data = as.matrix(yes), r = tet(yes, .5), psych = rows(quiet(tetrachoric(yes, smooth = FALSE))$rho))
bad <- thurstone; bad[1, 2] <- bad[2, 1] <- .2
out$smooth <- list(input = rows(bad), r = rows(quiet(cor.smooth(bad, eig.tol = 1e-8))))

# --- rotation of given loadings -----------------------------------------------------------------------------
raw <- rows(quiet(fac(cor(bfi), 5, fm = "ml", rotate = "none"))$loadings)
vari <- function(norm) rows(varimax(raw, normalize = norm, eps = 1e-15)$loadings)
obli <- function(norm, gam) { o <- quiet(oblimin(raw, normalize = norm, gam = gam, eps = 1e-10, maxit = 20000))
  list(loadings = rows(o$loadings), phi = rows(o$Phi)) }
out$rotation <- list(unrotated = raw, varimax = vari(TRUE), varimax_no_kaiser = vari(FALSE), varimax_default_eps = rows(varimax(raw)$loadings),
                     oblimin = obli(FALSE, 0), oblimin_kaiser = obli(TRUE, 0), oblimin_minus_half = obli(FALSE, -.5))

# --- factor analysis ----------------------------------------------------------------------------------------
ml <- function(r, m, n) { f <- factanal(covmat = r, factors = m, n.obs = n, rotation = "none",
                                        control = list(nstart = 5, opt = list(factr = 10, maxit = 5000)))
  list(communality = 1 - unname(f$uniquenesses), chi2 = unname(f$STATISTIC), df = unname(f$dof), p = unname(f$PVAL), objective = unname(f$criteria[1])) }
set.seed(1)
out$ml <- list(thurstone3 = ml(thurstone, 3, 213), mobi4 = ml(cor(mobi), 4, 250), bfi5 = ml(cor(bfi), 5, nrow(bfi)))
mr <- function(r, m, n, rotate) { f <- quiet(fac(r, m, n.obs = n, rotate = rotate))
  list(loadings = rows(f$loadings), phi = if (!is.null(f$Phi)) rows(f$Phi), chi2 = f$STATISTIC, df = f$dof, p = f$PVAL, rms = f$rms,
       tli = f$TLI, rmsea = unname(f$RMSEA), bic = f$BIC) }
out$minres <- list(thurstone3 = mr(thurstone, 3, 213, "oblimin"), mobi2 = mr(cor(mobi), 2, 250, "varimax"),
                   thurstone1 = mr(thurstone, 1, 213, "none"))
out$kmo_thurstone <- with(KMO(thurstone), list(overall = MSA, items = unname(MSAi)))
out$bartlett_thurstone <- quiet(cortest.bartlett(thurstone, 213))
map <- function(r) { e <- eigen(r); L <- e$vectors %*% diag(sqrt(e$values)); k <- ncol(r)        # Velicer 1976; 2000
  t(sapply(0:(k - 2), function(m) { p <- if (m == 0) r else cov2cor(r - L[, 1:m, drop = FALSE] %*% t(L[, 1:m, drop = FALSE]))
    diag(p) <- 0; c(sum(p^2), sum(p^4)) / (k * (k - 1)) })) }
out$map <- list(thurstone = map(thurstone), mobi = map(cor(mobi)))

# --- omega --------------------------------------------------------------------------------------------------
om <- function(r, m, ...) { o <- quiet(psych::omega(r, m, plot = FALSE, ...)); s <- unclass(o$schmid$sl)
  list(h = o$omega_h, total = o$omega.tot, limit = o$omega.lim, g = unname(s[, 1]), h2 = unname(s[, "h2"]), key = unname(o$key)) }
out$omega <- list(thurstone3 = om(thurstone, 3), mobi3 = om(cor(mobi), 3), QUAL1 = om(cor(mobi[, 16:22]), 1), bfi3_flip = om(cor(bfi), 3),
                  poly_N1 = om(tight(bfi[, 16:20])$r, 1))
out$ordinal_alpha_N <- quiet(psych::alpha(tight(bfi[, 16:20])$r))$total$std.alpha

# --- constructs ---------------------------------------------------------------------------------------------
model <- "EXPE =~ CUEX1+CUEX2+CUEX3
SAT =~ CUSA1+CUSA2+CUSA3
LOY =~ CUSL1+CUSL2+CUSL3
IMAG =~ IMAG1+IMAG2+IMAG3+IMAG4+IMAG5
QUAL =~ PERQ1+PERQ2+PERQ3+PERQ4+PERQ5+PERQ6+PERQ7
VAL =~ PERV1+PERV2"
fit <- suppressWarnings(cfa(model, mobi, std.lv = TRUE))
std <- standardizedSolution(fit); est <- lavInspect(fit, "est")
names <- c("EXPE", "SAT", "LOY", "IMAG", "QUAL", "VAL")
pick <- function(f) { v <- std$rhs[std$op == "=~" & std$lhs == f]; list(items = v, std = std$est.std[std$op == "=~" & std$lhs == f],
                      load = unname(est$lambda[v, f]), theta = unname(diag(est$theta)[v])) }
rel <- quiet(semTools::reliability(fit))
out$constructs <- list(each = setNames(lapply(names, pick), names), reliability = rows(rel), reliability_rows = rownames(rel),
                       ave_model = as.list(quiet(AVE(fit, obs.var = FALSE))), cr_model = as.list(quiet(compRelSEM(fit, obs.var = FALSE))),
                       htmt = rows(htmt(model, mobi, htmt2 = FALSE)), htmt2 = rows(htmt(model, mobi, htmt2 = TRUE)))

out <- c(list("_source" = paste("made by make_measurement.R with", R.version.string, "psych", packageVersion("psych"), "lavaan",
                                packageVersion("lavaan"), "semTools", packageVersion("semTools"), "GPArotation",
                                packageVersion("GPArotation"))), out)
write_json(out, "measurement.json", digits = I(15), auto_unbox = TRUE, matrix = "rowmajor", pretty = FALSE)

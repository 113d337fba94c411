# Reference values for tests/stats. Run in this directory:  Rscript make_stats.R
# Made with R 4.2.2 from Debian 12: r-base-core r-cran-survey r-cran-effectsize r-cran-jsonlite.
suppressMessages({ library(survey); library(effectsize); library(jsonlite) })
out <- list()
bound <- function(f, lo, hi) uniroot(f, c(lo, hi), tol = 1e-13, maxiter = 10000)$root
num <- function(h) list(statistic = unname(h$statistic), df = unname(h$parameter), p = h$p.value)

# --- small inputs: five-point answers, unequal groups -----------------------------------------------------
x <- c(5, 4, 4, 3, 5, 2, 4, 5, 3, 4, 5, 1)
y <- c(3, 2, 4, 1, 3, 2, 5, 3, 2, 2, 4, 3, 1, 2, 3, 3, 2)
z <- c(4, 4, 5, 3, 4, 5, 5, 4, 2)
u <- c(2.31, 4.05, 3.62, 5.18, 1.94, 4.77, 3.3, 2.86, 4.41, 3.99)     # no ties
v <- c(1.12, 3.71, 3.05, 4.2, 2.55, 3.83, 3.62, 1.41, 4.9, 2.17)
m <- matrix(c(4, 5, 3, 2,  3, 4, 3, 3,  5, 5, 4, 1,  2, 3, 3, 2,  4, 4, 2, 2,  5, 3, 4, 3,  3, 3, 3, 1,
              4, 5, 5, 2,  1, 2, 2, 1,  4, 4, 3, 4,  5, 5, 3, 3,  2, 4, 1, 2), ncol = 4, byrow = TRUE)
yes <- matrix(c(1, 1, 0,  1, 0, 0,  1, 1, 1,  0, 1, 0,  1, 1, 0,  1, 0, 0,  0, 0, 0,  1, 1, 0,  1, 1, 1,  0, 1, 0),
              ncol = 3, byrow = TRUE)
tab <- matrix(c(30, 12, 18, 14, 25, 21), nrow = 2, byrow = TRUE)
small <- matrix(c(8, 2, 1, 5), nrow = 2, byrow = TRUE)
set.seed(11); big_a <- sample(1:7, 90, TRUE); big_b <- pmin(7, pmax(1, big_a + sample(-2:1, 90, TRUE)))
out$input <- list(x = x, y = y, z = z, u = u, v = v, m = m, yes = yes, tab = tab, small = small,
                  big_a = big_a, big_b = big_b)

# --- means ------------------------------------------------------------------------------------------------
h <- t.test(x); out$mean <- c(num(h), list(value = mean(x), low = h$conf.int[1], high = h$conf.int[2], se = h$stderr))
for (level in c(.9, .95)) {
  h <- t.test(x, y, conf.level = level)
  out[[paste0("welch_", level * 100)]] <- c(num(h), list(value = mean(x) - mean(y), low = h$conf.int[1],
                                                         high = h$conf.int[2], se = h$stderr))
}
h <- t.test(u, v, paired = TRUE)
out$paired <- c(num(h), list(value = mean(u - v), low = h$conf.int[1], high = h$conf.int[2], se = h$stderr))
out$tost <- list(margin = .5, p_lower = t.test(x, y, mu = -.5, alternative = "greater")$p.value,
                 p_upper = t.test(x, y, mu = .5, alternative = "less")$p.value)

# --- proportions ------------------------------------------------------------------------------------------
wil <- function(k, n) as.numeric(prop.test(k, n, correct = FALSE)$conf.int)
out$wilson <- list(k = c(0, 1, 8, 29, 50), n = c(10, 29, 10, 29, 50), ci = t(mapply(wil, c(0, 1, 8, 29, 50),
                                                                                    c(10, 29, 10, 29, 50))))
newcombe <- function(a, m, b, n) { p <- a / m; q <- b / n; l <- wil(a, m); k <- wil(b, n)
  c(p - q - sqrt((p - l[1])^2 + (k[2] - q)^2), p - q + sqrt((l[2] - p)^2 + (q - k[1])^2)) }
out$newcombe <- list(args = rbind(c(56, 70, 48, 80), c(9, 10, 3, 10), c(10, 10, 0, 20)),
                     ci = rbind(newcombe(56, 70, 48, 80), newcombe(9, 10, 3, 10), newcombe(10, 10, 0, 20)))

# --- effects ----------------------------------------------------------------------------------------------
g <- hedges_g(x, y)
J <- function(df) exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))
df <- length(x) + length(y) - 2; root <- sqrt(1 / length(x) + 1 / length(y))
tt <- unname(t.test(x, y, var.equal = TRUE)$statistic)
ncp <- function(t, df) c(bound(function(d) pt(t, df, d) - .975, t - 4, t + 4),
                         bound(function(d) pt(t, df, d) - .025, t - 4, t + 4))
out$hedges_g <- list(value = g$Hedges_g, effectsize_low = g$CI_low, effectsize_high = g$CI_high,
                     ci = ncp(tt, df) * root * J(df), J = J(df))
dif <- u - v; sav <- sqrt((var(u) + var(v)) / 2); jn <- J(length(u) - 1)
out$hedges_g_paired <- list(value = mean(dif) / sav * jn, ci = ncp(unname(t.test(dif)$statistic), length(u) - 1) /
                              sqrt(length(u)) * sd(dif) / sav * jn)
dm <- sign(outer(x, y, "-")); n <- length(x); k <- length(y); d <- mean(dm)       # Cliff 1993, all n x k signs
s2 <- (k^2 * sum((rowMeans(dm) - d)^2) + n^2 * sum((colMeans(dm) - d)^2) - sum((dm - d)^2)) /
  (n * k * (n - 1) * (k - 1))
q <- qt(.975, n + k - 2); up <- q * sqrt(s2) * sqrt((1 - d^2)^2 + q^2 * s2)
out$cliffs_delta <- list(value = d, se = sqrt(s2), rank_biserial = rank_biserial(x, y)$r_rank_biserial,
                         ci = (d - d^3 + c(-up, up)) / (1 - d^2 + q^2 * s2))
dw <- sign(big_a - big_b); d <- mean(dw); s2 <- var(dw) / 90; q <- qt(.975, 89)
up <- q * sqrt(s2) * sqrt((1 - d^2)^2 + q^2 * s2)
out$cliffs_delta_paired <- list(value = d, ci = (d - d^3 + c(-up, up)) / (1 - d^2 + q^2 * s2))
pm <- (dm + 1) / 2; p <- mean(pm); va <- var(rowMeans(pm)) / n; vb <- var(colMeans(pm)) / k
bdf <- (va + vb)^2 / (va^2 / (n - 1) + vb^2 / (k - 1)); se <- sqrt(va + vb)
out$brunner_munzel <- list(value = p, se = se, df = bdf, statistic = (p - .5) / se, p = 2 * pt(-abs((p - .5) / se), bdf),
                           ci = plogis(qlogis(p) + c(-1, 1) * qt(.975, bdf) * se / (p * (1 - p))))
out$cramers_v <- list(value = cramers_v(tab, adjust = FALSE)[[1]],
                      ci = { X <- unname(chisq.test(tab, correct = FALSE)$statistic)
                        sqrt(c(bound(function(l) pchisq(X, 2, l) - .975, 0, 80),
                               bound(function(l) pchisq(X, 2, l) - .025, 0, 80)) / sum(tab)) })
long <- data.frame(s = c(x, y, z), g = factor(rep(c("x", "y", "z"), c(length(x), length(y), length(z)))))
fit <- aov(s ~ g, long); F <- summary(fit)[[1]][1, "F value"]; N <- nrow(long)
nc <- c(bound(function(l) pf(F, 2, N - 3, l) - .975, 0, 200), bound(function(l) pf(F, 2, N - 3, l) - .025, 0, 200))
out$omega_squared <- list(value = omega_squared(fit)$Omega2, ci = nc / (nc + N), F = F)
out$partial_eta_squared <- list(value = eta_squared(fit)$Eta2, ci = nc / (nc + 2 + N - 3 + 1))
H <- unname(kruskal.test(s ~ g, long)$statistic)
out$epsilon_squared <- list(value = rank_epsilon_squared(s ~ g, data = long, ci = NULL)$rank_epsilon_squared,
                            ci = c(bound(function(l) pchisq(H, 2, l) - .975, 0, 80),
                                   bound(function(l) pchisq(H, 2, l) - .025, 0, 80)) / (N - 1))
out$kendalls_w <- list(value = kendalls_w(m, blocks_on_rows = TRUE, ci = NULL)$Kendalls_W)

# --- tests ------------------------------------------------------------------------------------------------
h <- oneway.test(s ~ g, long)
out$welch_anova <- list(statistic = unname(h$statistic), df = unname(h$parameter[1]), df2 = unname(h$parameter[2]),
                        p = h$p.value)
out$kruskal <- num(kruskal.test(s ~ g, long)); out$friedman <- num(friedman.test(m))
out$cochran_q <- num(friedman.test(yes)); out$chi_square <- num(chisq.test(tab, correct = FALSE))
out$fisher <- list(p = fisher.test(small)$p.value)
mc <- matrix(c(40, 12, 31, 17), 2); out$mcnemar <- num(mcnemar.test(mc, correct = FALSE))
out$mcnemar_exact <- list(b = 3, c = 11, p = binom.test(3, 14)$p.value)
out$odds_ratio_paired <- list(ci = { ci <- binom.test(12, 16)$conf.int; as.numeric(ci / (1 - ci)) })
out$wilcoxon_exact <- num(wilcox.test(u, v, paired = TRUE))                       # no ties, no zeros
out$wilcoxon_normal <- num(suppressWarnings(wilcox.test(big_a, big_b, paired = TRUE)))
out$mann_whitney_exact <- num(wilcox.test(u[1:6], c(v[2:5], v[8:10])))
h <- anova(lm(m ~ 1), X = ~1, test = "Spherical")
gg <- sub(".*: *", "", grep("Greenhouse", attr(h, "heading"), value = TRUE))
S <- var(m); C <- contr.helmert(4); C <- sweep(C, 2, sqrt(colSums(C^2)), "/"); W <- t(C) %*% S %*% C
eps <- sum(diag(W))^2 / (3 * sum(W^2))
out$rm_anova <- list(statistic = h$F[1], df = h$`num Df`[1] * eps, df2 = h$`den Df`[1] * eps, p = h[1, "G-G Pr"], eps = eps,
                     printed_eps = gg)
gh <- function(a, b, k) { va <- var(a) / length(a); vb <- var(b) / length(b)
  df <- (va + vb)^2 / (va^2 / (length(a) - 1) + vb^2 / (length(b) - 1)); t <- (mean(a) - mean(b)) / sqrt(va + vb)
  half <- qtukey(.95, k, df) * sqrt((va + vb) / 2)
  list(t = t, df = df, p = ptukey(abs(t) * sqrt(2), k, df, lower.tail = FALSE), low = mean(a) - mean(b) - half,
       high = mean(a) - mean(b) + half) }
out$games_howell <- list(xy = gh(x, y, 3), xz = gh(x, z, 3), yz = gh(y, z, 3))

# --- survey designs ---------------------------------------------------------------------------------------
data(api)
write.csv(data.frame(dnum = apiclus1$dnum, stype = apiclus1$stype, sch_wide = apiclus1$sch.wide,
                     api00 = apiclus1$api00, enroll = apiclus1$enroll, pw = apiclus1$pw,
                     both = as.integer(apiclus1$both == "Yes")),
          "data/apiclus1.csv", row.names = FALSE, quote = FALSE)
write.csv(data.frame(stype = apistrat$stype, sch_wide = apistrat$sch.wide, api00 = apistrat$api00,
                     enroll = apistrat$enroll, pw = apistrat$pw), "data/apistrat.csv", row.names = FALSE, quote = FALSE)
clus <- svydesign(id = ~dnum, weights = ~pw, data = transform(apiclus1, pw = pw * (1 + (enroll > 500))))
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
plain <- svydesign(id = ~1, weights = ~pw, data = apistrat)
one <- function(des) { s <- svymean(~api00, des, deff = "replace")
  list(mean = unname(coef(s)), se = unname(c(SE(s))), df = degf(des), deff = unname(c(deff(s)))) }
out$survey <- list(clus = one(clus), strat = one(strat), plain = one(plain))
by <- svyby(~api00, ~stype, clus, svymean, covmat = TRUE); cov <- vcov(by); means <- coef(by)
L <- rbind(c(1, -1, 0), c(1, 0, -1)); wald <- c(t(L %*% means) %*% solve(L %*% cov %*% t(L)) %*% (L %*% means))
dfd <- degf(clus); Fw <- wald / 2 * (dfd - 1) / dfd
out$survey$by_clus <- list(means = unname(means), cov = unname(cov), df = dfd, F = Fw, df1 = 2, df2 = dfd - 1,
                           p = pf(Fw, 2, dfd - 1, lower.tail = FALSE))
h <- svyttest(api00 ~ sch.wide, clus)
out$survey$ttest_clus <- list(t = unname(h$statistic), df = unname(h$parameter), p = h$p.value, low = h$conf.int[1],
                              high = h$conf.int[2], value = unname(h$estimate))
rs <- function(des) { h <- suppressWarnings(svychisq(~sch.wide + stype, des, statistic = "F"))
  list(F = unname(h$statistic), df1 = unname(h$parameter[1]), df2 = unname(h$parameter[2]), p = unname(h$p.value)) }
out$survey$rao_scott <- list(clus = rs(clus), strat = rs(strat), plain = rs(plain))
sfo <- read.csv("data/sfo_2018_nps.csv"); sfo$points <- 100 * (sfo$netpro >= 9) - 100 * (sfo$netpro <= 6)
s <- svymean(~points, svydesign(id = ~1, weights = ~weight, data = sfo))
out$nps_sfo <- list(n = nrow(sfo), plain = mean(sfo$points), weighted = unname(coef(s)), se = unname(c(SE(s))))

out <- c(list("_source" = paste("made by make_stats.R with", R.version.string, "survey", packageVersion("survey"),
                                "effectsize", packageVersion("effectsize"))), out)
write_json(out, "stats.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE, matrix = "rowmajor")

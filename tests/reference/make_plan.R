# Sizes and margins of survey plans, made by software that shares no code with ours: Rscript make_plan.R
library(jsonlite); library(survey); library(Hmisc)
out <- list()
tight <- 1e-12

# --- single numbers: sizes at which the interval of the data, or of survey, has the wanted half width ------
z <- qnorm(.975)
wald <- function(n, p, e) z * sqrt(p * (1 - p) / n) - e
out$share <- lapply(list(c(.5, .05), c(.5, .03), c(.2, .02), c(.9, .01)), function(s) list(share = s[1], margin = s[2],
  n = uniroot(wald, c(2, 1e6), p = s[1], e = s[2], tol = tight)$root))
half <- function(n, s, e) qt(.975, n - 1) * s / sqrt(n) - e
out$mean <- lapply(list(c(1, .1), c(2.3, .25), c(1, .8)), function(s) list(sd = s[1], margin = s[2],
  n = uniroot(half, c(2, 1e6), s = s[1], e = s[2], tol = tight)$root))
out$nps <- lapply(list(c(.45, .2, .035), c(.3, .3, .05), c(.7, .1, .02)), function(s) { x <- c(1, 0, -1)
  p <- c(s[1], 1 - s[1] - s[2], s[2]); v <- sum(p * x^2) - sum(p * x)^2
  list(promoters = s[1], detractors = s[2], margin = s[3], variance = v, n = uniroot(function(n) z * sqrt(v / n) - s[3],
                                                                                  c(2, 1e6), tol = tight)$root) })

# --- finite population: exact variance of a hypergeometric count, and the standard error of survey ----------
out$finite <- lapply(list(c(.5, .05, 1000), c(.5, .05, 300), c(.3, .04, 5000)), function(s) {
  v <- function(n) s[1] * (1 - s[1]) / n * (s[3] - n) / (s[3] - 1)             # of a share, by dhyper below
  list(share = s[1], margin = s[2], population = s[3],
       n = uniroot(function(n) z * sqrt(v(n)) - s[2], c(1.01, s[3] - 1e-6), tol = tight)$root) })
k <- 0:278; d <- dhyper(k, 500, 500, 278); m <- sum(k * d)
out$hypergeometric_se <- sqrt(sum((k - m)^2 * d)) / 278                        # 278 of 1,000, share .5
y <- rep(0:1, each = 139)
out$survey_se <- c(SE(svymean(~y, svydesign(id = ~1, data = data.frame(y), fpc = rep(1000, 278)))))

# --- design effects: survey on whole clusters of a made-up sample, against 1 + (m - 1) icc ------------------
set.seed(11); g <- 400; m <- 10; u <- rnorm(g, sd = sqrt(.05)); x <- rep(u, each = m) + rnorm(g * m, sd = sqrt(.95))
cl <- data.frame(x, g = rep(seq_len(g), each = m)); a <- anova(lm(x ~ factor(g), cl))[["Mean Sq"]]
out$cluster <- list(icc = (a[1] - a[2]) / (a[1] + (m - 1) * a[2]), size = m,
                    deff = c(survey::deff(svymean(~x, svydesign(id = ~g, data = cl, weights = rep(1, g * m)), deff = "replace"))))
w <- rep(c(.5, 1, 2.5), c(30, 50, 20))
out$weights <- list(cv = sqrt(mean(w^2) - mean(w)^2) / mean(w), kish = length(w) * sum(w^2) / sum(w)^2)

# --- two shares --------------------------------------------------------------------------------------------
prop <- function(a, b, pw, alpha = .05) power.prop.test(p1 = a, p2 = b, power = pw, sig.level = alpha, tol = tight)$n
cases <- list(c(.5, .75, .9, .05), c(.7, .65, .8, .05), c(.1, .15, .8, .01), c(.5, .45, .8, .05))
out$shares <- lapply(cases, function(s) list(a = s[1], b = s[2], power = s[3], alpha = s[4],
                                             n = prop(s[1], s[2], s[3], s[4])))
out$unequal <- lapply(list(c(.7, .62, .25), c(.4, .5, .6)), function(s) { b <- bsamsize(s[1], s[2], s[3], .05, .8)
  list(a = s[1], b = s[2], ratio = (1 - s[3]) / s[3], n_a = b[["n1"]], n_b = b[["n2"]]) })
out$detectable_share <- power.prop.test(n = 1000, p1 = .3, power = .8, tol = tight)$p2 - .3

# --- two scores: power of z by the normal distribution, solved for n; means by power.t.test ------------------
out$nps_change <- lapply(list(c(.6, .6, .05, 1), c(.5875, .69, .08, 3)), function(s) { se <- function(n)
  sqrt(s[1] / n + s[2] / (s[4] * n)); list(variance_a = s[1], variance_b = s[2], difference = s[3], ratio = s[4],
  n = uniroot(function(n) pnorm(s[3] / se(n) - qnorm(.975)) - .8, c(2, 1e6), tol = tight)$root) })
out$mean_difference <- lapply(list(c(.3, 1, .8), c(.5, 1.4, .9)), function(s) list(difference = s[1], sd = s[2],
  power = s[3], n = power.t.test(delta = s[1], sd = s[2], power = s[3], strict = TRUE, tol = tight)$n))

# --- personas: every way in which n people can fall into the personas ----------------------------------------
every <- function(p, n, least) { s <- 0; q <- c(p, 1 - sum(p)); k <- length(p)
  g <- as.matrix(expand.grid(rep(list(least:n), k))); g <- g[rowSums(g) <= n, , drop = FALSE]
  sum(apply(g, 1, function(x) dmultinom(c(x, n - sum(x)), prob = q))) }
out$personas <- list(list(shares = c(.2, .3), n = 40, least = 5, chance = every(c(.2, .3), 40, 5)),
                     list(shares = c(.15, .25, .4), n = 30, least = 3, chance = every(c(.15, .25, .4), 30, 3)))
out$binomial <- lapply(list(c(.1, 50), c(.05, 30), c(.25, 100)), function(s) { n <- s[2]
  while (pbinom(s[2] - 1, n, s[1], lower.tail = FALSE) < .95) n <- n + 1
  list(share = s[1], least = s[2], n = n) })

# --- Kano: chance that Fong's test decides, by the multinomial itself ----------------------------------------
fong <- function(n, p) { s <- 0; for (a in 0:n) { b <- 0:(n - a); t <- a + b; d <- a - b
  hit <- d >= 1.65 * sqrt(t * (2 * n - t) / (2 * n)) & d > 0
  s <- s + sum(exp(lgamma(n + 1) - lgamma(a + 1) - lgamma(b + 1) - lgamma(n - t + 1) + a * log(p[1]) + b * log(p[2]) +
                   (n - t) * log(1 - sum(p)))[hit]) }; s }
out$kano <- lapply(list(c(.4, .25), c(.5, .3), c(.45, .2)), function(p) { v <- sum(p)
  n <- ceiling(((1.65 * sqrt(v * (2 - v) / 2) + qnorm(.8) * sqrt(v - (p[1] - p[2])^2)) / (p[1] - p[2]))^2)
  list(first = p[1], second = p[2], n = n, exact_power = fong(n, p)) })

out <- c(list("_source" = paste("made by make_plan.R with", R.version.string, paste(sapply(c("survey", "Hmisc"),
  function(p) paste(p, packageVersion(p))), collapse = ", "))), out)
write_json(out, "plan.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE, na = "null")

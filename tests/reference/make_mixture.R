# Reference values for the tests of latent classes and Gaussian mixtures.
# Run in this directory:  Rscript make_mixture.R   (about a minute)
# R 4.2.2 from Debian 12: r-base-core r-cran-mclust r-cran-jsonlite.
suppressMessages({ library(mclust); library(jsonlite) })
out <- list(`_source` = paste("made by make_mixture.R with", R.version.string, "mclust", packageVersion("mclust")))

# --- Gaussian mixtures: mclust, run to the end (by default it stops at a relative gain of 1e-5) --------------
faithful <- read.csv("data/faithful.csv")
exact <- emControl(tol = c(1e-15, 1e-15), itmax = c(1e5L, 1e5L))
# only where mclust, which starts from one hierarchical solution, reaches the highest maximum that is known
cases <- list(EEE = 1:4, EEI = 1:4, VVI = c(1, 2, 4), VII = 1:3, VVV = 1:2)
out$mclust <- do.call(c, lapply(names(cases), function(m) lapply(cases[[m]], function(g) {
  f <- Mclust(faithful, G = g, modelNames = m, verbose = FALSE, control = exact); o <- order(-f$parameters$pro)
  list(model = m, k = g, log_likelihood = f$loglik, n_parameters = f$df, bic = -f$bic,
       shares = as.list((if (g == 1) 1 else f$parameters$pro)[o]),
       means = t(matrix(f$parameters$mean, nrow = 2))[o, , drop = FALSE],
       covariances = lapply(o, function(c) matrix(array(f$parameters$variance$sigma, c(2, 2, g))[, , c], 2))) })))

# --- EM from its definition, one start at a time: holes, weights, mixed columns ------------------------------
em <- function(columns, kinds, w, k, starts) {
  n <- length(w); w <- w / sum(w) * n; best <- list(ll = -Inf)
  run <- function(r, tol) {
    before <- -Inf
    repeat {
      par <- lapply(seq_along(columns), function(j) { x <- columns[[j]]; ok <- !is.na(x); x <- x[ok]
        v <- w[ok] * r[ok, , drop = FALSE]; total <- colSums(v)
        switch(kinds[j], category = sapply(split(seq_along(x), x), function(i) colSums(v[i, , drop = FALSE])) / total,
               count = colSums(v * x) / total,
               number = { m <- colSums(v * x) / total
                          rbind(m, sapply(1:k, function(c) sum(v[, c] * (x - m[c])^2) / total[c])) }) })
      share <- colSums(w * r) / n
      ld <- matrix(log(share), n, k, byrow = TRUE)
      for (j in seq_along(columns)) { x <- columns[[j]]; ok <- !is.na(x); p <- par[[j]]
        ld[ok, ] <- ld[ok, ] + sapply(1:k, function(c) switch(kinds[j],
          category = log(matrix(p, k)[c, x[ok]]), count = dpois(x[ok], p[c], log = TRUE),
          number = dnorm(x[ok], p[1, c], sqrt(p[2, c]), log = TRUE))) }
      top <- apply(ld, 1, max); e <- exp(ld - top); ll <- sum(w * (top + log(rowSums(e)))); r <- e / rowSums(e)
      if (ll - before < tol) return(list(ll = ll, r = r, par = par, share = share))
      before <- ll
    }
  }
  for (s in seq_len(starts)) {
    r <- matrix(rexp(n * k)^2, n, k); f <- run(r / rowSums(r), 1e-4)
    if (f$ll > best$ll) best <- f
  }
  f <- run(best$r, 1e-13); o <- order(-f$share)
  list(k = k, log_likelihood = f$ll, shares = f$share[o], posterior = f$r[1:5, o],
       parameters = lapply(seq_along(columns), function(j) switch(kinds[j], category = matrix(f$par[[j]], k)[o, ],
                           count = f$par[[j]][o], number = f$par[[j]][, o])))
}
set.seed(1)
gss <- read.csv("data/polca_gss82.csv"); codes <- lapply(gss, function(x) as.integer(factor(x)))   # alphabetical
n <- nrow(gss); i <- seq_len(n)
holes <- lapply(seq_along(codes), function(j) ifelse((7 * i + 3 * j) %% 11 == 0, NA, codes[[j]]))
out$holes <- lapply(2:3, function(k) em(holes, rep("category", 4), rep(1, n), k, 20))
out$weights <- em(codes, rep("category", 4), 1 + i %% 3, 2, 20)
mixed <- list(cut(faithful$waiting, c(0, 60, 75, 100), labels = FALSE), faithful$eruptions,
              floor(faithful$waiting * faithful$eruptions / 40))
holed <- lapply(seq_along(mixed), function(j) ifelse((5 * seq_along(mixed[[1]]) + 2 * j) %% 13 == 0, NA, mixed[[j]]))
out$mixed <- lapply(2:3, function(k) em(mixed, c("category", "number", "count"), rep(1, 272), k, 30))
out$mixed_holes <- em(holed, c("category", "number", "count"), rep(1, 272), 2, 20)
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = 1), "mixture.json")

# Reference values for tests/stats/test_partition_reference.py. Run in this directory:  Rscript make_partition.R
# Made with R 4.2.2 and cluster 2.1.4 from Debian 12: r-base-core r-cran-cluster r-cran-jsonlite.
suppressMessages({ library(cluster); library(jsonlite) })
out <- list()

# --- mobile phones: ratings of 250 people, standardised by the population formula -------------------------------
x <- as.matrix(read.csv("data/ecsi_mobi.csv")[, 1:12])
scaled <- scale(x) * sqrt(nrow(x) / (nrow(x) - 1))
tree <- hclust(dist(scaled), "ward.D2")
out$mobi_ward <- list(labels = cutree(tree, 4), heights = tail(tree$height, 20))
set.seed(1)
out$mobi_kmeans <- list(within = sapply(2:4, function(k) kmeans(scaled, k, nstart = 200, iter.max = 200)$tot.withinss))
s <- silhouette(cutree(tree, 4), dist(scaled))
out$mobi_silhouette <- list(mean = mean(s[, "sil_width"]), all = unname(s[, "sil_width"]))
out$mobi_pam <- list(medoids = pam(dist(scaled), 3)$id.med, labels = unname(pam(dist(scaled), 3)$clustering),
                     objective = unname(pam(dist(scaled), 3)$objective["swap"]) * nrow(x))
set.seed(1)
parts <- function(x, k) list(cluster = if (k == 1) rep(1, nrow(x)) else kmeans(x, k, nstart = 10, iter.max = 100)$cluster)
h <- clusGap(scaled, parts, K.max = 5, B = 300, d.power = 2, spaceH0 = "scaledPCA", verbose = FALSE)
out$mobi_gap <- list(log_within = unname(h$Tab[, "logW"]), expected = unname(h$Tab[, "E.logW"]),
                     se = unname(h$Tab[, "SE.sim"]))

# --- holes: the first 40 people, every seventh answer missing -----------------------------------------------------
few <- scaled[1:40, ]
few[seq(1, length(few), by = 7)] <- NA
out$holes <- list(x = few, dist = as.matrix(dist(few)), labels = cutree(hclust(dist(few), "ward.D2"), 3))

# --- flowers: two-way, nominal, ordered and numeric columns of 18 plants, with and without holes --------------------
f <- flower
out$flower <- list(codes = sapply(f[, 1:6], function(v) as.integer(v) - 1L), numbers = as.matrix(f[, 7:8]),
                   gower = as.matrix(daisy(f)), medoids = pam(daisy(f), 3)$id.med,
                   labels = unname(pam(daisy(f), 3)$clustering))
f[2, 4] <- NA; f[5, 7] <- NA; f[9, 5] <- NA; f[9, 1] <- NA
out$flower_holes <- list(gower = as.matrix(daisy(f)))

write(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor", na = "null"), "partition.json")

# Reference values for ROC curves, rank tests, correlations and durations beyond asah.json.
# Run in this folder: Rscript ranks.R
source("write_checks.R")
suppressPackageStartupMessages(library(pROC))
asah <- read.csv("../data/asah.csv"); bmt <- read.csv("../data/bmt.csv")
checks <- list()

quiet_roc <- function(...) roc(..., quiet = TRUE)
first <- quiet_roc(asah$poor, asah$wfns, direction = "<")
second <- quiet_roc(asah$poor, asah$s100b, direction = "<")
test <- roc.test(first, second, paired = TRUE, method = "delong")
checks$paired_interval <- check("pROC::roc.test(paired=TRUE)$conf.int; cov(method='delong')",
  difference = unname(diff(rev(test$estimate))), lower = test$conf.int[1], upper = test$conf.int[2],
  covariance = cov(first, second, method = "delong"))
lower <- quiet_roc(asah$poor, -asah$s100b, direction = ">")
interval <- as.numeric(ci.auc(lower, conf.level = 0.9))
checks$direction_lower <- check("pROC::roc(direction='>') of -s100b; ci.auc(conf.level=0.9)",
  auc = interval[2], lower = interval[1], upper = interval[3])
points <- coords(first, "all")
checks$roc_points <- check("pROC::coords(roc(poor ~ wfns), 'all'), strictest threshold first",
  sensitivity = rev(points$sensitivity), specificity = rev(points$specificity))

wilcoxon <- function(x, y) { t <- suppressWarnings(wilcox.test(x, y)); c(unname(t$statistic), t$p.value) }
w <- list(
  exact = wilcoxon(c(1.1, 2.3, 0.4, 5.6, 3.3), c(2.2, 7.1, 8.4, 4.4, 9.6, 6.1)),
  exact_49 = wilcoxon(((1:49) * 37) %% 101 + 0.5, ((1:40) * 53) %% 103),
  tied = wilcoxon(asah$s100b[asah$poor == 1], asah$s100b[asah$poor == 0]),
  large = wilcoxon(((1:60) * 37) %% 101 + 0.5, ((1:55) * 53) %% 103))
checks$mann_whitney <- check("wilcox.test: W, p; inputs are written in the test",
  case = names(w), W = sapply(w, `[`, 1), p = sapply(w, `[`, 2))
groups3 <- kruskal.test(list(c(1, 1, 1, 2), c(2, 2, 3), c(1, 5)))
checks$kruskal_ties <- check("kruskal.test(list(c(1,1,1,2), c(2,2,3), c(1,5)))",
  stat = unname(groups3$statistic), df = unname(groups3$parameter), p = groups3$p.value)

pearson <- cor.test(asah$age, asah$s100b)
checks$pearson <- check("cor.test(age, s100b)", r = unname(pearson$estimate),
  statistic = unname(pearson$statistic), df = unname(pearson$parameter), p = pearson$p.value,
  lower = pearson$conf.int[1], upper = pearson$conf.int[2])
spearman <- function(x, y) { t <- suppressWarnings(cor.test(x, y, method = "spearman"))
  list(x = x, y = y, rho = unname(t$estimate), S = unname(t$statistic), p = t$p.value) }
set.seed(5)
checks$spearman <- list(call = "cor.test(method='spearman')", value = list(
  spearman(asah$wfns, asah$s100b), spearman(c(1, 2, 3, 4, 5, 6), c(2, 1, 4, 3, 6, 5)),
  spearman(c(1, 2, 3, 4, 5, 6, 7, 8, 9), c(9, 7, 8, 6, 5, 3, 4, 1, 2)),
  spearman(sample(30), sample(30)), spearman(1:12, c(2, 1, 3, 5, 4, 7, 6, 8, 10, 9, 12, 11)),
  spearman(1:5, c(1, 2, 3, 4, 5))))
duration <- function(x, level = 0.95) { x <- sort(x); k <- qbinom((1 - level) / 2, length(x), 0.5)
  list(n = length(x), k = k, quartiles = unname(quantile(x, c(0.25, 0.5, 0.75))),
       lower = if (k > 0) x[k] else NULL, upper = if (k > 0) x[length(x) - k + 1] else NULL) }
checks$durations <- list(call = "x[qbinom(.025, n, .5)] and its mirror image; quantile(type=7)",
  value = list(age = duration(asah$age), wait = duration(bmt$wait),
               wait_99 = duration(bmt$wait, 0.99), six = duration(c(3, 1, 2, 9, 7, 8))))

write_checks("ranks", "asah.csv, bmt.csv", "see each call", "pROC", checks)

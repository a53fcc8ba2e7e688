"""The living drug in the body, as equations: CAR-T cells, tumour, B cells, cytokines, drugs and blood."""

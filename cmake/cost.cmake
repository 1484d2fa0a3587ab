# SPDX-License-Identifier: MIT
# Data of src/cost: the table of cloud prices (data/cloud-prices.txt).
generated(OUTPUT cloud_prices.S
    COMMAND "${CMAKE_COMMAND}" -DINPUT=data/cloud-prices.txt -DSYMBOL=cloud_price_text
        "-DOUTPUT=${GENERATED}/cloud_prices.S" -P cmake/embed_blob.cmake
    DEPENDS data/cloud-prices.txt cmake/embed_blob.cmake
    COMMENT "Embedding the table of cloud prices")

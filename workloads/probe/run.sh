./probe "$FRESH" "$AGAIN" "$COPIED" "$FILLED" "$READ"

vm job ./probe "$FRESH" "$AGAIN" "$COPIED" "$FILLED" "$READ" "$PART" "$FREED"

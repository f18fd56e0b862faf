"""Folding: a long list of calls to the short text an engineer would have written.

    items ── arrange ──> branches together ── pairs ──> a forest of repeated pieces
          ── extract, rewrite ──> entries, blocks and their parameters ── write ──> what TOML holds

Like grammar compression: neighbours that occur often become one, until nothing occurs twice
(`pairs`); pieces that differ in an entry or two become one with `when` (`skeleton`); what is
worth its lines becomes a block or a group (`extract`), and the same is done to what blocks hold.
"""

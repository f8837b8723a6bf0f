"""The public desk: pages for people without an account, under `/desk`.

Whoever comes here may be fourteen, frightened, and watched. So: one question a page, plain words, help first, no
account, no cookie, nothing asked of another site, no script needed, and a way out on every page. Nobody is ever asked
for a picture: what is computed of one, is computed in their own browser.

A part of the product that has a page here adds its row to `table.PAGES`, its templates, and its texts in all languages.
"""

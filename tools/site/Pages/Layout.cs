using System.Net;

namespace Sluice.Site.Pages;

/// <summary>What is around the contents of every page.</summary>
internal static class Layout
{
    public static string Page(Page page, Navigation navigation) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{TitleOf(page)}</title>
        <link rel="stylesheet" href="{SitePath.Relative(page.Output, "style.css")}">
        </head>
        <body>
        <input type="checkbox" id="menu">
        <label for="menu">Menu</label>
        <nav>
        <a class="name" href="{SitePath.Relative(page.Output, "index.html")}">Sluice</a>
        {navigation.Render(page)}</nav>
        <main>
        {page.Body}</main>
        </body>
        </html>

        """;

    private static string TitleOf(Page page) =>
        page.Title == "Sluice" ? "Sluice" : WebUtility.HtmlEncode(page.Title) + " - Sluice";
}

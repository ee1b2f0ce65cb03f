using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Sluice.Site.Api;

/// <summary>Comments as HTML.</summary>
/// <param name="link">The link to a member, or null if it has no place on the site.</param>
internal sealed class CommentHtml(Func<string, string?> link)
{
    /// <summary>The contents of an element, in paragraphs.</summary>
    public string Block(XElement? element)
    {
        if (element is null)
            return "";

        var html = new StringBuilder();
        var paragraph = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            if (node is XElement { Name.LocalName: "para" or "list" or "code" } block)
            {
                Close(html, paragraph);
                html.Append(BlockElement(block));
            }
            else
            {
                paragraph.Append(Inline(node));
            }
        }

        Close(html, paragraph);
        return html.ToString();
    }

    /// <summary>The contents of an element, in one line.</summary>
    public string Line(XElement? element) =>
        element is null ? "" : string.Concat(element.Nodes().Select(Inline)).Trim();

    /// <summary>A reference by its identifier.</summary>
    public string Reference(string id)
    {
        string name = $"<code>{WebUtility.HtmlEncode(NameOf(id))}</code>";
        return link(id) is { } target ? $"<a href=\"{target}\">{name}</a>" : name;
    }

    private static void Close(StringBuilder html, StringBuilder paragraph)
    {
        string text = paragraph.ToString().Trim();
        if (text.Length != 0)
            html.Append($"<p>{text}</p>\n");
        paragraph.Clear();
    }

    private string BlockElement(XElement element) => element.Name.LocalName switch
    {
        "list" => List(element),
        "code" => $"<pre><code>{WebUtility.HtmlEncode(Unindent(element.Value))}</code></pre>\n",
        _ => Block(element),
    };

    private string List(XElement list)
    {
        bool isNumbered = list.Attribute("type")?.Value == "number";
        string items = string.Concat(list.Elements("item").Select(item =>
            $"<li>{Item(item)}</li>\n"));
        return isNumbered ? $"<ol>\n{items}</ol>\n" : $"<ul>\n{items}</ul>\n";
    }

    private string Item(XElement item)
    {
        if (item.Element("term") is not { } term)
            return Line(item.Element("description") ?? item);

        return $"<b>{Line(term)}</b> {Line(item.Element("description"))}";
    }

    private string Inline(XNode node) => node switch
    {
        XText text => WebUtility.HtmlEncode(text.Value),
        XElement element => Inline(element),
        _ => "",
    };

    private string Inline(XElement element)
    {
        string? Of(string name) => element.Attribute(name)?.Value;
        switch (element.Name.LocalName)
        {
            case "see" or "seealso" when Of("cref") is { } id:
                return Reference(id);
            case "see" or "seealso" when Of("href") is { } href:
                string text = element.Value.Length == 0 ? href : element.Value;
                return $"<a href=\"{WebUtility.HtmlEncode(href)}\">"
                    + $"{WebUtility.HtmlEncode(text)}</a>";
            case "see":
                return $"<code>{WebUtility.HtmlEncode(Of("langword") ?? "")}</code>";
            case "paramref" or "typeparamref":
                return $"<code>{WebUtility.HtmlEncode(Of("name") ?? "")}</code>";
            case "b" or "i" or "em" or "strong" or "br":
                string name = element.Name.LocalName;
                return name == "br" ? "<br>" : $"<{name}>{Line(element)}</{name}>";
            case "c":
                return $"<code>{WebUtility.HtmlEncode(element.Value)}</code>";
            default:
                return Line(element);
        }
    }

    // The last name of an identifier, with the type if it is a member of one.
    private static string NameOf(string id)
    {
        string name = id[2..].Split('(')[0];
        string[] parts =
            name.Replace("#ctor", "", StringComparison.Ordinal).TrimEnd('.').Split('.');
        int count = id[0] == 'T' || parts.Length < 2 ? 1 : 2;
        return string.Join('.', parts[^count..].Select(part => part.Split('`')[0]));
    }

    private static string Unindent(string code)
    {
        string[] lines = code.Trim('\n', '\r').TrimEnd().Split('\n');
        int indent = lines.Where(line => line.Trim().Length != 0)
            .Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0)
            .Min();
        return string.Join('\n', lines.Select(line => line[Math.Min(indent, line.Length)..]));
    }
}

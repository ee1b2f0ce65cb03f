using System.Net;
using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Sluice.Site.Pages;

namespace Sluice.Site.Api;

/// <summary>A page for each public type, made of its signatures and of its comments.</summary>
internal sealed class ApiReference
{
    private const string Index = "api/index.html";

    private readonly IReadOnlyList<Assembly> _assemblies;
    private readonly List<string> _problems;
    private readonly Comments _comments;
    private readonly CommentHtml _html;
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);

    public ApiReference(IReadOnlyList<Assembly> assemblies, List<string> problems)
    {
        _assemblies = assemblies;
        _problems = problems;
        _comments = new Comments(assemblies);
        _html = new CommentHtml(id => _places.GetValueOrDefault(id));
        foreach (Type type in assemblies.SelectMany(assembly => assembly.GetExportedTypes()))
        {
            _places[DocumentId.Of(type)] = FileOf(type);
            foreach (MemberInfo member in ApiMembers.Of(type))
                _places[DocumentId.Of(member)] = $"{FileOf(type)}#{AnchorOf(member)}";
        }
    }

    public IEnumerable<Page> Render()
    {
        yield return new Page("the API", Index, "API", IndexBody());
        foreach (Assembly assembly in _assemblies)
        {
            foreach (Type type in assembly.GetExportedTypes())
            {
                yield return new Page(
                    type.FullName!, $"api/{FileOf(type)}", TypeText.Named(type),
                    Body(type, assembly));
            }
        }
    }

    private static string FileOf(Type type) =>
        DocumentId.Of(type)[2..].Replace('`', '-') + ".html";

    // As much of the identifier as a fragment of an address may have.
    private static string AnchorOf(MemberInfo member)
    {
        string owner = DocumentId.Of(member.DeclaringType!);
        return DocumentId.Of(member)[(owner.Length + 1)..]
            .Replace("#", "", StringComparison.Ordinal)
            .Replace('`', '-')
            .Replace('{', '-')
            .Replace('}', '-');
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private string IndexBody()
    {
        var html = new StringBuilder("<h1>API</h1>\n");
        foreach (IGrouping<string, Type> space in _assemblies
            .SelectMany(assembly => assembly.GetExportedTypes())
            .GroupBy(type => type.Namespace ?? "")
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            html.Append($"<h2 id=\"{space.Key}\">{space.Key}</h2>\n<dl>\n");
            foreach (Type type in space.OrderBy(t => TypeText.Named(t), StringComparer.Ordinal))
            {
                html.Append($"<dt><a href=\"{FileOf(type)}\">")
                    .Append($"<code>{Encode(TypeText.Named(type))}</code></a></dt>\n")
                    .Append($"<dd>{_html.Line(Find(type)?.Element("summary"))}</dd>\n");
            }

            html.Append("</dl>\n");
        }

        return html.ToString();
    }

    private string Body(Type type, Assembly assembly)
    {
        XElement? comment = Find(type);
        var html = new StringBuilder();
        html.Append($"<h1>{Encode(TypeText.Named(type))}</h1>\n")
            .Append($"<p class=\"where\">Namespace <a href=\"index.html#{type.Namespace}\">")
            .Append($"{type.Namespace}</a>, package {assembly.GetName().Name}</p>\n")
            .Append(Signature(ApiPrinter.Head(type)))
            .Append(Text(comment))
            .Append(Members(type));
        foreach (IGrouping<string, MemberInfo> kind in ApiMembers.Of(type)
            .GroupBy(ApiMembers.KindOf))
        {
            html.Append($"<h2>{kind.Key}</h2>\n");
            foreach (MemberInfo member in kind)
            {
                html.Append($"<section id=\"{AnchorOf(member)}\">\n")
                    .Append($"<h3>{Encode(ApiMembers.NameOf(member))}</h3>\n")
                    .Append(Signature(ApiMembers.TextOf(member)))
                    .Append(Text(Find(member)))
                    .Append("</section>\n");
            }
        }

        return html.ToString();
    }

    // Where there are more members than fit a screen, their names come first.
    private static string Members(Type type)
    {
        const int Few = 6;
        MemberInfo[] members = [.. ApiMembers.Of(type)];
        if (members.Length <= Few)
            return "";

        IEnumerable<string> links = members.DistinctBy(ApiMembers.NameOf).Select(member =>
            $"<a href=\"#{AnchorOf(member)}\">{Encode(ApiMembers.NameOf(member))}</a>");
        return $"<p class=\"members\">{string.Join("\n", links)}</p>\n";
    }

    private static string Signature(string text) =>
        $"<pre class=\"signature\"><code>{Encode(text)}</code></pre>\n";

    private string Text(XElement? comment)
    {
        if (comment is null)
            return "";

        return _html.Block(comment.Element("summary"))
            + Terms("Parameters", comment, "typeparam", "param")
            + Titled("Returns", comment.Element("returns"))
            + Titled("Value", comment.Element("value"))
            + Exceptions(comment)
            + _html.Block(comment.Element("remarks"))
            + _html.Block(comment.Element("example"));
    }

    private string Titled(string title, XElement? element) =>
        element is null ? "" : $"<h4>{title}</h4>\n{_html.Block(element)}";

    private string Terms(string title, XElement comment, params string[] names)
    {
        string items = string.Concat(comment.Elements()
            .Where(element => names.Contains(element.Name.LocalName))
            .Select(element =>
                $"<dt><code>{Encode(element.Attribute("name")!.Value)}</code></dt>\n"
                + $"<dd>{_html.Block(element)}</dd>\n"));
        return items.Length == 0 ? "" : $"<h4>{title}</h4>\n<dl>\n{items}</dl>\n";
    }

    private string Exceptions(XElement comment)
    {
        string items = string.Concat(comment.Elements("exception").Select(element =>
            $"<dt>{_html.Reference(element.Attribute("cref")!.Value)}</dt>\n"
            + $"<dd>{_html.Block(element)}</dd>\n"));
        return items.Length == 0 ? "" : $"<h4>Exceptions</h4>\n<dl>\n{items}</dl>\n";
    }

    private XElement? Find(MemberInfo member)
    {
        XElement? comment = _comments.Find(member);
        if (comment is null && member is Type)
            _problems.Add($"{member}: no documentation");
        return comment;
    }
}

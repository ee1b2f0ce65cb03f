using System.Reflection;
using System.Xml.Linq;

namespace Sluice.Site.Api;

/// <summary>The documentation files that the compiler has put beside the assemblies.</summary>
internal sealed class Comments
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    public Comments(IEnumerable<Assembly> assemblies)
    {
        foreach (Assembly assembly in assemblies)
        {
            XDocument document = XDocument.Load(
                Path.ChangeExtension(assembly.Location, ".xml"), LoadOptions.PreserveWhitespace);
            foreach (XElement member in document.Descendants("member"))
                _members[member.Attribute("name")!.Value] = member;
        }
    }

    /// <summary>What is written about a member; what it inherits, if it says so.</summary>
    public XElement? Find(MemberInfo member)
    {
        XElement? comment = _members.GetValueOrDefault(DocumentId.Of(member));
        XElement? inherited = comment?.Element("inheritdoc");
        if (comment is not null && inherited is null)
            return comment;
        if (inherited?.Attribute("cref") is { } source)
            return _members.GetValueOrDefault(source.Value) ?? comment;

        return Bases(member)
            .Select(parent => _members.GetValueOrDefault(DocumentId.Of(parent)))
            .FirstOrDefault(found => found is not null) ?? comment;
    }

    private static IEnumerable<MemberInfo> Bases(MemberInfo member)
    {
        if (member.DeclaringType is not { } owner)
            yield break;

        var types = new List<Type>(owner.GetInterfaces());
        for (Type? parent = owner.BaseType; parent is not null; parent = parent.BaseType)
            types.Add(parent);
        foreach (Type type in types.Where(type => !type.IsGenericType))
        {
            foreach (MemberInfo candidate in type.GetMember(member.Name))
            {
                if (candidate.ToString() == member.ToString())
                    yield return candidate;
            }
        }
    }
}

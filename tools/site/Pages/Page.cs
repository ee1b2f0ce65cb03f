namespace Sluice.Site.Pages;

/// <summary>One page of the site.</summary>
/// <param name="Source">What it was made of, for messages.</param>
/// <param name="Output">Its path in the site, such as <c>docs/ring.html</c>.</param>
/// <param name="Title">Its title, as text.</param>
/// <param name="Body">Its contents, as HTML.</param>
internal sealed record Page(string Source, string Output, string Title, string Body);

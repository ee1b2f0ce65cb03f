using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Commands;

/// <summary>The files of <c>sluice serve</c>. They do not depend on the engine.</summary>
public class ServeFilesTests(ServeFixture fixture)
{
    [Fact]
    public async Task Get_File_HasItsBytesAndHeaders()
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/a.txt");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("0123456789", await response.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("bytes", response.Headers.AcceptRanges.ToString());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.NotNull(response.Headers.ETag);
        Assert.NotNull(response.Content.Headers.LastModified);
    }

    [Fact]
    public async Task Head_File_HasTheHeadersOnly()
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Head, "/a.txt", request => request.Range = new(0, 3));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(10, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Get_EmptyFile_IsEmpty()
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/empty.bin");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
        Assert.Equal(
            "application/octet-stream", response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("bytes=2-4", "234", "bytes 2-4/10")]
    [InlineData("bytes=8-", "89", "bytes 8-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    public async Task Get_Range_IsPartial(string range, string body, string contentRange)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Get, "/a.txt", request => request.Range = RangeHeaderValue.Parse(range));

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(contentRange, response.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task Get_RangeBehindTheEnd_IsNotSatisfiable()
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Get, "/a.txt", request => request.Range = new(10, null));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */10", response.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task Get_RangeInTheMiddleOfALargeFile_IsRight()
    {
        const int From = 12_345_678;
        const int Length = 1_000_000;

        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Get, "/large.bin", request => request.Range = new(From, From + Length - 1));
        byte[] body = await response.Content.ReadAsByteArrayAsync();

        Assert.True(body.AsSpan().SequenceEqual(fixture.Large.AsSpan(From, Length)));
    }

    [Fact]
    public async Task Get_Conditions_AreEvaluated()
    {
        using HttpResponseMessage first = await SendAsync(HttpMethod.Get, "/a.txt");
        EntityTagHeaderValue tag = first.Headers.ETag!;
        DateTimeOffset time = first.Content.Headers.LastModified!.Value;
        var other = new EntityTagHeaderValue("\"other\"");

        await AssertAsync(HttpStatusCode.NotModified, r => r.IfNoneMatch.Add(tag));
        await AssertAsync(
            HttpStatusCode.NotModified,
            r => r.IfNoneMatch.Add(new EntityTagHeaderValue(tag.Tag, isWeak: true)));
        await AssertAsync(
            HttpStatusCode.NotModified, r => r.IfNoneMatch.Add(EntityTagHeaderValue.Any));
        await AssertAsync(HttpStatusCode.OK, r => r.IfNoneMatch.Add(other));
        await AssertAsync(HttpStatusCode.NotModified, r => r.IfModifiedSince = time);
        await AssertAsync(HttpStatusCode.OK, r => r.IfModifiedSince = time.AddSeconds(-1));
        await AssertAsync(
            HttpStatusCode.OK,
            r =>
            {
                r.IfNoneMatch.Add(other);
                r.IfModifiedSince = time;
            });
        await AssertAsync(HttpStatusCode.OK, r => r.IfMatch.Add(tag));
        await AssertAsync(HttpStatusCode.PreconditionFailed, r => r.IfMatch.Add(other));
        await AssertAsync(HttpStatusCode.OK, r => r.IfUnmodifiedSince = time);
        await AssertAsync(
            HttpStatusCode.PreconditionFailed, r => r.IfUnmodifiedSince = time.AddSeconds(-1));
    }

    [Fact]
    public async Task Get_IfRange_SendsTheRangeOfThatVersionOnly()
    {
        using HttpResponseMessage first = await SendAsync(HttpMethod.Get, "/a.txt");
        EntityTagHeaderValue tag = first.Headers.ETag!;
        DateTimeOffset time = first.Content.Headers.LastModified!.Value;

        await AssertAsync(HttpStatusCode.PartialContent, r => Ask(r, new(tag)));
        await AssertAsync(HttpStatusCode.PartialContent, r => Ask(r, new(time)));
        await AssertAsync(HttpStatusCode.OK, r => Ask(r, new("\"other\"")));
        await AssertAsync(HttpStatusCode.OK, r => Ask(r, new(time.AddSeconds(-1))));

        static void Ask(HttpRequestHeaders request, RangeConditionHeaderValue condition)
        {
            request.Range = new(0, 1);
            request.IfRange = condition;
        }
    }

    [Fact]
    public async Task Get_Directory_IsAnIndexWithEscapedNames()
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/");
        string page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("<a href=\"./sub/\">sub/</a>", page, StringComparison.Ordinal);
        Assert.Contains(
            "<a href=\"./%3Cb%3E%26%22%27.html\">&lt;b&gt;&amp;&quot;&#x27;.html</a>",
            page,
            StringComparison.Ordinal);
        Assert.DoesNotContain(".git", page, StringComparison.Ordinal);
        Assert.DoesNotContain(".env", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sub/s%C3%B6me%20name.json", "{}")]
    [InlineData("/%3Cb%3E%26%22%27.html", "<b>")]
    [InlineData("/site/", "the index")]
    [InlineData("/inside.txt", "0123456789")]
    [InlineData("/.well-known/security.txt", "public")]
    [InlineData("/sub/../a.txt", "0123456789")]
    public async Task Get_Name_IsFound(string path, string body)
    {
        ToolProcess server = await fixture.GetAsync("sockets", "threadpool");

        string answer = await RawClient.RequestAsync(server.EndPoint, path);

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + body, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sub", "/sub/")]
    [InlineData("/sub?a=b%20c", "/sub/?a=b%20c")]
    public async Task Get_DirectoryWithoutSlash_IsRedirected(string path, string location)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal(location, response.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/sub/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("/sub/..%2f..%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/../www-secret/b.txt")]
    [InlineData("//etc/passwd")]
    [InlineData("/%2fetc/passwd")]
    [InlineData("/a.txt%00.html")]
    [InlineData("/outside.txt")]
    [InlineData("/sibling/b.txt")]
    [InlineData("/sibling/")]
    [InlineData("/dangling")]
    [InlineData("/.env")]
    [InlineData("/.git/config")]
    [InlineData("/.git/")]
    [InlineData("/a.txt/")]
    [InlineData("/nothing")]
    [InlineData("//sub")]
    public async Task Get_WhatIsNotServed_IsNotFound(string target)
    {
        ToolProcess server = await fixture.GetAsync("sockets", "threadpool");

        string answer = await RawClient.RequestAsync(server.EndPoint, target);

        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
        Assert.DoesNotContain("secret", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_NamedPipe_IsNotFoundAtOnce()
    {
        using (Process make = Process.Start("mkfifo", fixture.PathOf("www/pipe")))
            await make.WaitForExitAsync();

        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/pipe");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/a.txt", "GET, HEAD")]
    [InlineData("DELETE", "/", "GET, HEAD")]
    [InlineData("GET", "/echo", "POST, PUT")]
    [InlineData("GET", "/upload", "POST, PUT")]
    public async Task Send_MethodThatIsNotOffered_IsRefused(
        string method, string path, string allowed)
    {
        using HttpResponseMessage response = await SendAsync(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
    }

    private async Task AssertAsync(HttpStatusCode expected, Action<HttpRequestHeaders> condition)
    {
        using HttpResponseMessage response =
            await SendAsync(HttpMethod.Get, "/a.txt", condition);
        Assert.Equal(expected, response.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, Action<HttpRequestHeaders>? condition = null)
    {
        using HttpClient client = await fixture.GetClientAsync("sockets", "threadpool");
        using var request = new HttpRequestMessage(method, path);
        condition?.Invoke(request.Headers);
        return await client.SendAsync(request);
    }
}

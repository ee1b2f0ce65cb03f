using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Sluice.Diagnostics;

namespace Sluice.Tool.Top;

/// <summary>Asks the dashboard of a server.</summary>
internal sealed class HttpTopSource(Uri dashboard) : ITopSource
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private readonly Uri _snapshot = SnapshotOf(dashboard);

    /// <summary>The address of the snapshot: below that of the page.</summary>
    public static Uri SnapshotOf(Uri dashboard)
    {
        string path = dashboard.AbsolutePath.TrimEnd('/');
        return new UriBuilder(dashboard) { Path = $"{(path == "" ? "/sluice" : path)}/snapshot" }
            .Uri;
    }

    public async IAsyncEnumerable<SluiceSnapshot> WatchAsync(
        TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = s_patience };
        using var timer = new PeriodicTimer(interval);
        while (true)
        {
            SluiceSnapshot? snapshot = await AskAsync(client, cancellationToken);
            if (snapshot is null)
                yield break;

            yield return snapshot;
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
        }
    }

    private async Task<SluiceSnapshot?> AskAsync(
        HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(_snapshot, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new UserErrorException(Explain(answer.StatusCode));
            byte[] json = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            return SluiceSnapshot.FromJson(json);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException failure)
        {
            throw new UserErrorException($"{_snapshot} does not answer.", failure);
        }
        catch (HttpRequestException failure)
        {
            throw new UserErrorException(
                $"{_snapshot} cannot be reached: {failure.Message}", failure);
        }
        catch (JsonException failure)
        {
            throw new UserErrorException($"{_snapshot} is no dashboard of Sluice.", failure);
        }
    }

    private string Explain(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            $"{_snapshot} gives no access ({(int)status}).",
        HttpStatusCode.NotFound =>
            $"There is no dashboard at {_snapshot}: the server has to map it "
            + "(app.MapSluiceDashboard, sluice serve --dashboard).",
        _ => $"{_snapshot} answers with {(int)status}.",
    };
}

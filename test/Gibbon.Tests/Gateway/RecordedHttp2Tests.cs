using System.Net;
using System.Text.Json;

namespace Gibbon.Tests.Gateway;

/// <summary>
/// Requests over HTTP/2, in clear and with TLS, as recorded from Kong 3.9: status, fields and body. The order of fields, Date, and the fields
/// that HTTP/2 forbids are listed as differences.
/// </summary>
public sealed class RecordedHttp2Tests(RecordedScene scene) : IClassFixture<RecordedScene>
{
    // Kestrel ends these on the wire before anybody could answer: docs/differences.md.
    private static readonly string[] EndedByTheServer = ["h2 header too large", "h2 upper-case header", "h2 connection header"];

    private static readonly string[] NotCompared = [":status", "date", "connection", "upgrade"];

    public static TheoryData<string> Names =>
    [
        .. RecordedScene.Cases("http2-grpc-websocket-cases.json").Where(c => c.TryGetProperty("frames", out _))
            .Select(c => c.GetProperty("case").GetString()!).Except(EndedByTheServer),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_is_Kongs(string name)
    {
        JsonElement recorded = RecordedScene.Cases("http2-grpc-websocket-cases.json").First(c => c.GetProperty("case").GetString() == name);
        JsonElement[] frames = [.. recorded.GetProperty("frames").EnumerateArray()];
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using var client = new HttpMessageInvoker(handler);
        using HttpRequestMessage request = Request(recorded, name);

        using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        string body = scene.Normal(System.Text.Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
        Dictionary<string, string> expected = Fields(frames[0]);
        Assert.Equal(expected[":status"], ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(
            expected.Where(f => !NotCompared.Contains(f.Key)).Select(f => $"{f.Key}: {f.Value}").Order(),
            answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Where(h => !NotCompared.Contains(h.Key.ToLowerInvariant()))
                .Select(h => Normal($"{h.Key.ToLowerInvariant()}: {string.Join(", ", h.Value)}")).Order());
        Assert.Equal(string.Concat(frames.Where(f => f.GetProperty("frame").GetString() == "DATA").Select(f => f.GetProperty("data").GetString())), body);
        if (frames.Length > 2)
            Assert.Equal(Fields(frames[2]).Select(f => $"{f.Key}: {f.Value}"), answer.TrailingHeaders.NonValidated.Select(h => $"{h.Key}: {h.Value}"));
    }

    private HttpRequestMessage Request(JsonElement recorded, string name)
    {
        string[][] headers = [.. recorded.GetProperty("headers").EnumerateArray().Select(h => h.EnumerateArray().Select(part => part.GetString()!).ToArray())];
        bool tls = recorded.GetProperty("tls").GetBoolean();
        string path = headers.First(h => h[0] == ":path")[1];
        string method = headers.First(h => h[0] == ":method")[1];
        var request = new HttpRequestMessage(new HttpMethod(method), tls ? $"https://127.0.0.1:{scene.Gateway.ProxyTlsPort}{path}" : $"http://127.0.0.1:{scene.Gateway.ProxyPort}{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = method == "GET" ? null : new Unannounced(name == "h2 413" ? 2000 : 5),
        };
        foreach (string[] header in headers)
        {
            if (header[0] == ":authority") request.Headers.Host = header[1];
            else if (header[0] == "content-type") request.Content?.Headers.TryAddWithoutValidation(header[0], header[1]);
            else if (header[0][0] != ':') request.Headers.TryAddWithoutValidation(header[0], header[1]);
        }

        return request;
    }

    private string Normal(string field) => scene.Normal(field.Replace("-latency: ", "Latency: ", StringComparison.Ordinal)).Replace("Latency: ", "-latency: ", StringComparison.Ordinal);

    /// <summary>A body whose length nobody is told before.</summary>
    private sealed class Unannounced(int length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[length]).AsTask();

        protected override bool TryComputeLength(out long computed)
        {
            computed = -1;
            return false;
        }
    }

    private static Dictionary<string, string> Fields(JsonElement frame) =>
        frame.GetProperty("headers").EnumerateArray().ToDictionary(h => h[0].GetString()!, h => h[1].GetString()!);
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Plugins;

/// <summary>A gateway with one route to an upstream that tells requests back, the plugins a test is about, and a few consumers.</summary>
sealed class Scene : IAsyncDisposable
{
    /// <summary>Bob's id.</summary>
    public const string Bob = "b0b00000-0000-4000-8000-000000000000";

    /// <summary>The id of Bob's key.</summary>
    public const string BobsKey = "b0b00000-0000-4000-8000-0000000000aa";

    readonly TestGateway gateway;

    Scene(FakeUpstream upstream, TestGateway gateway) => (Upstream, this.gateway) = (upstream, gateway);

    public FakeUpstream Upstream { get; }

    /// <summary>The last request that came to the upstream.</summary>
    public ReceivedRequest Received => Upstream.Requests[^1];

    /// <summary>Bob and others, with their credentials.</summary>
    const string People = $$"""
        - id: {{Bob}}
          username: bob
          custom_id: b-1
          keyauth_credentials: [{id: {{BobsKey}}, key: kb}]
          basicauth_credentials: [{username: bob, password: pw}, {username: colon, password: "a:b:c"}]
          hmacauth_credentials: [{username: bob, secret: sec}]
          jwt_secrets: [{key: ib, secret: sb}]
          acls: [{group: red}, {group: blue}]
        - username: eve
          keyauth_credentials: [{key: ke}]
          acls: [{group: green}]
        - id: a0000000-0000-4000-8000-000000000000
          username: anon
        """;

    /// <summary>The port of the Admin API.</summary>
    public int AdminPort => gateway.AdminPort;

    /// <summary>The port of the proxy with TLS.</summary>
    public int ProxyTlsPort => gateway.ProxyTlsPort;

    /// <summary>The error log so far.</summary>
    public string ErrorLog => gateway.ErrorLog;

    /// <summary>A client of the Admin API.</summary>
    public HttpClient Admin => gateway.Admin;

    /// <summary>Starts it.</summary>
    /// <param name="plugins">The plugins of the service, each as YAML in one line: <c>{name: key-auth}</c>.</param>
    public static Task<Scene> StartAsync(params string[] plugins) => StartWithAsync(People, null, plugins);

    /// <summary>Starts it with other consumers or other settings.</summary>
    /// <param name="consumers">The consumers: a list in YAML.</param>
    /// <param name="settings">Settings as in <c>kong.conf</c>.</param>
    /// <param name="plugins">The plugins of the service.</param>
    public static async Task<Scene> StartWithAsync(string? consumers, IReadOnlyDictionary<string, string>? settings, params string[] plugins)
    {
        var upstream = FakeUpstream.Start();
        var configuration = $$"""
            _format_version: "3.0"
            services:
            - name: echo
              url: {{upstream.Url}}
              routes:
              - name: all
                paths: [/]
              plugins: [{{string.Join(", ", plugins)}}]
            consumers:

            """ + (consumers ?? People);
        return new Scene(upstream, await TestGateway.StartAsync(configuration, settings));
    }

    /// <summary>Waits until the error log has a text: it is written beside the requests.</summary>
    public async Task UntilLoggedAsync(string text)
    {
        for (var i = 0; i < 600 && !ErrorLog.Contains(text, StringComparison.Ordinal); i++)
            await Task.Delay(50);

        Assert.Contains(text, ErrorLog, StringComparison.Ordinal);
    }

    /// <summary>Sends a request with headers exactly as they are given.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string path, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, null, headers);

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, headers);

    public async Task<HttpResponseMessage> SendAsync(
        string method,
        string path,
        HttpContent? content,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        foreach (var same in headers.GroupBy(header => header.Name))
            Assert.True(request.Headers.TryAddWithoutValidation(same.Key, same.Select(header => header.Value)));

        return await gateway.Client.SendAsync(request);
    }

    /// <summary>Sends a GET with header lines exactly as they are given, repeated ones too, and returns the whole answer.</summary>
    public async Task<string> GetRawAsync(string path, params string[] headerLines)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.ProxyPort);
        var stream = client.GetStream();
        string[] lines = [$"GET {path} HTTP/1.1", "Host: a", .. headerLines, "", ""];
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines)));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var head = new StringBuilder();
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            head.AppendLine(line);
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture);
        }

        var body = new char[length];
        await reader.ReadBlockAsync(body);
        return head.AppendLine().Append(body).ToString();
    }

    /// <summary>Waits until the error log has a text.</summary>
    public Task LoggedAsync(string text) => gateway.LoggedAsync(text);

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

static class Responses
{
    /// <summary>A header of a response, its occurrences joined by a comma; <c>null</c> if it is absent.</summary>
    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;

    /// <summary>The status and the message of an error.</summary>
    public static async Task<(int Status, string? Message)> ErrorAsync(this HttpResponseMessage response) =>
        ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())?["message"]);
}

static class Gateways
{
    /// <summary>Waits until the error log has a text.</summary>
    public static async Task LoggedAsync(this TestGateway gateway, string text)
    {
        for (var i = 0; i < 3000; i++)
        {
            if (gateway.ErrorLog.Contains(text, StringComparison.Ordinal))
                return;

            await Task.Delay(10);
        }

        Assert.Fail($"the error log has no '{text}':\n{gateway.ErrorLog}");
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Plugins;

/// <summary>A gateway with a database of its own, configured through the Admin API, before an upstream that tells requests back.</summary>
sealed class DatabaseScene : IAsyncDisposable
{
    DatabaseScene(FakeUpstream upstream, TestGateway gateway) => (Upstream, Gateway) = (upstream, gateway);

    public FakeUpstream Upstream { get; }

    public TestGateway Gateway { get; }

    /// <summary>The last request that came to the upstream.</summary>
    public ReceivedRequest Received => Upstream.Requests[^1];

    /// <summary>Starts one with a service <c>echo</c> and a route for every path.</summary>
    public static async Task<DatabaseScene> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var upstream = FakeUpstream.Start();
        var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>()) { ["database"] = "sqlite" };
        var scene = new DatabaseScene(upstream, await TestGateway.StartAsync("", all));
        await scene.PostAsync("/services", new JsonObject { ["name"] = "echo", ["url"] = upstream.Url });
        await scene.PostAsync("/services/echo/routes", new JsonObject { ["paths"] = new JsonArray("/") });
        return scene;
    }

    /// <summary>Makes an entity.</summary>
    public async Task<JsonNode> PostAsync(string path, JsonObject entity)
    {
        using var content = new StringContent(entity.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await Gateway.Admin.PostAsync(path, content);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == 201, body);
        return JsonNode.Parse(body)!;
    }

    /// <summary>The entities that the Admin API lists.</summary>
    public async Task<JsonArray> ListAsync(string path) => JsonNode.Parse(await Gateway.Admin.GetStringAsync(path))!["data"]!.AsArray();

    /// <summary>Sends a request with headers exactly as they are given.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));

        return await Gateway.Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

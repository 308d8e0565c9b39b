using System.Net;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Testing;

namespace Gibbon.Tests.Admin;

/// <summary>A gateway with an embedded database, and its Admin API as a client sees it.</summary>
internal sealed class AdminClient : IAsyncDisposable
{
    private AdminClient(TestGateway gateway) => Gateway = gateway;

    public TestGateway Gateway { get; }

    /// <summary>The same over a gateway that somebody else has started; it ends with the client.</summary>
    public static AdminClient Of(TestGateway gateway) => new(gateway);

    public static Task<AdminClient> StartAsync(params (string Name, string Value)[] settings) =>
        StartAsync("sqlite", settings);

    public static async Task<AdminClient> StartAsync(string database, (string Name, string Value)[] settings)
    {
        Dictionary<string, string> all = settings.ToDictionary(static item => item.Name, static item => item.Value);
        all["database"] = database;
        return new AdminClient(await TestGateway.StartAsync("_format_version: \"3.0\"", all));
    }

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    public Task<Answer> DeleteAsync(string path) => SendAsync("DELETE", path);

    public Task<Answer> PostAsync(string path, ValueMap body) => SendAsync("POST", path, body);

    public Task<Answer> PutAsync(string path, ValueMap body) => SendAsync("PUT", path, body);

    public Task<Answer> PatchAsync(string path, ValueMap body) => SendAsync("PATCH", path, body);

    public Task<Answer> SendAsync(string method, string path, ValueMap? body = null) => SendAsync(
        method, path, body is null ? null : new ByteArrayContent(ValueJson.Write(body)) { Headers = { ContentType = new("application/json") } });

    public Task<Answer> SendTextAsync(string method, string path, string body, string type) => SendBytesAsync(method, path, Encoding.UTF8.GetBytes(body), type);

    public Task<Answer> SendBytesAsync(string method, string path, byte[] body, string? type)
    {
        ByteArrayContent content = new(body);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return SendAsync(method, path, content);
    }

    public async Task<Answer> SendAsync(string method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path) { Content = content };
        foreach ((string name, string text) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, text);
        }

        using HttpResponseMessage response = await Gateway.Admin.SendAsync(request);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        ValueJson.TryRead(bytes, out object? value, out _);
        return new Answer(response.StatusCode, value as ValueMap ?? [], Encoding.UTF8.GetString(bytes), response.Headers);
    }

    /// <summary>Every entity of a collection, page by page as a client goes through it.</summary>
    public async Task<List<ValueMap>> AllAsync(string path)
    {
        List<ValueMap> all = [];
        for (string? next = path; next is not null;)
        {
            Answer page = await GetAsync(next);
            Assert.Equal(200, page.Status);
            all.AddRange(page.Body.GetList("data")!.OfType<ValueMap>());
            next = page.Body.GetString("next");
        }

        return all;
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>An answer of the Admin API.</summary>
internal sealed record Answer(HttpStatusCode Code, ValueMap Body, string Text, System.Net.Http.Headers.HttpResponseHeaders Headers)
{
    public int Status => (int)Code;

    public string Id => Body.GetString("id")!;
}

/// <summary>One gateway for all tests of a class, which do not mind each other.</summary>
public sealed class AdminFixture : IAsyncLifetime
{
    internal AdminClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Client = await AdminClient.StartAsync();

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}

/// <summary>The same with tokens.</summary>
public sealed class GuardedAdminFixture : IAsyncLifetime
{
    internal AdminClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Client = await AdminClient.StartAsync(("admin_token", "all-of-it"), ("admin_token_read_only", "just-looking"));

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}

using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Plugins.StandardWebhooks;

public sealed class StandardWebhooksTests
{
    static readonly string Now = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString();

    [Fact]
    public async Task A_webhook_with_a_good_signature_passes()
    {
        await using var scene = await Scene.StartAsync("{name: standard-webhooks, config: {secret_v1: s3cret}}");

        Assert.Equal(200, await Send(scene, "m-1", Now, "{}", Sign("m-1", Now, "{}")));
        Assert.Equal("{}", scene.Received.Text);
    }

    [Fact]
    public async Task Anything_else_is_a_bad_request()
    {
        await using var scene = await Scene.StartAsync("{name: standard-webhooks, config: {secret_v1: s3cret}}");
        var old = (long.Parse(Now) - 400).ToString();

        Assert.Equal((400, "Bad request"), await (await scene.SendAsync("POST", "/x", new StringContent("{}"))).ErrorAsync());
        Assert.Equal(400, await Send(scene, "m-1", Now, "{ }", Sign("m-1", Now, "{}")));
        Assert.Equal(400, await Send(scene, "m-2", Now, "{}", Sign("m-1", Now, "{}")));
        Assert.Equal(400, await Send(scene, "m-1", old, "{}", Sign("m-1", old, "{}")));
        Assert.Equal(400, await Send(scene, "m-1", "soon", "{}", Sign("m-1", "soon", "{}")));
        Assert.Equal(400, await Send(scene, "m-1", "1e999", "{}", Sign("m-1", "inf", "{}")));
        Assert.Equal(400, await Send(scene, "m-1", Now, "", Sign("m-1", Now, "")));
        Assert.Equal(400, await Send(scene, "m-1", Now, "{}", Sign("m-1", Now, "{}")[3..]));
        Assert.Empty(scene.Upstream.Requests);
        Assert.DoesNotContain("s3cret", scene.ErrorLog, StringComparison.Ordinal);
    }

    static string Sign(string id, string timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    static async Task<int> Send(Scene scene, string id, string timestamp, string body, string signature) => (int)(await scene.SendAsync(
        "POST", "/x", new StringContent(body), ("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature))).StatusCode;
}

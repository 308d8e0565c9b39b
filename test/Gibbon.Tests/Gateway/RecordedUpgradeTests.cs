using System.Net;
using System.Text.Json;
using Gibbon.Tests.Proxy;

namespace Gibbon.Tests.Gateway;

/// <summary>Upgrades and gRPC over HTTP/1, as recorded from Kong 3.9.</summary>
public sealed class RecordedUpgradeTests(RecordedScene scene) : IClassFixture<RecordedScene>
{
    public static TheoryData<string> Names =>
        [.. RecordedScene.Cases("http2-grpc-websocket-cases.json").Where(c => c.TryGetProperty("request", out _)).Select(c => c.GetProperty("case").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_is_Kongs(string name)
    {
        JsonElement recorded = RecordedScene.Cases("http2-grpc-websocket-cases.json").First(c => c.GetProperty("case").GetString() == name);
        string expected = recorded.GetProperty("response").GetString()!.Replace(" <<TimeoutError>>", "", StringComparison.Ordinal);
        using RawClient client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, scene.Gateway.ProxyPort));

        await client.SendAsync(recorded.GetProperty("request").GetString()!);
        string answer = await client.ReadResponseAsync();
        if (expected.Contains("<<sent>>", StringComparison.Ordinal))
        {
            await client.SendAsync("ping!");
            answer += "<<sent>>" + await client.ReadToEndAsync();
        }

        Assert.Equal(expected, scene.Normal(answer));
    }
}

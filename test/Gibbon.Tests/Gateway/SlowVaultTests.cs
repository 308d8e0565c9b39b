using System.Globalization;
using System.Net.Http;
using Gibbon.Testing;

namespace Gibbon.Tests.Gateway;

/// <summary>A vault that takes a request and does not answer it.</summary>
public sealed class SlowVaultTests : IAsyncDisposable
{
    private const int Plugins = 40;

    private readonly TaskCompletionSource _released = new();
    private readonly FakeUpstream _vault;
    private readonly FakeUpstream _logs = FakeUpstream.Start(UpstreamAnswer.Text(""));

    public SlowVaultTests() => _vault = FakeUpstream.Start(request => new UpstreamAnswer
    {
        Writer = async (stream, cancellation) =>
        {
            await _released.Task.WaitAsync(cancellation);
            string body = $$"""{"data": {"token": "secret of {{request.Target}}"} }""";
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"), cancellation);
            return true;
        },
    });

    public async ValueTask DisposeAsync()
    {
        _released.TrySetResult();
        await _vault.DisposeAsync();
        await _logs.DisposeAsync();
    }

    [Fact]
    public async Task It_holds_up_no_configuration_and_its_secrets_are_put_in_when_they_come()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(), new Dictionary<string, string>
        {
            ["vaults"] = "bundled,hcv",
            ["vault_hcv_port"] = _vault.Port.ToString(CultureInfo.InvariantCulture),
            ["vault_hcv_token"] = "t",
        });

        // The gateway is there, with empty fields, and says so; all secrets were asked for at once.
        Assert.Equal("", await TokenAsync(gateway, Plugins - 1));
        Assert.Contains(
            "unable to resolve reference {vault://hcv/app-0/token} (could not get value from external vault (the vault has not answered yet)",
            gateway.ErrorLog,
            StringComparison.Ordinal);
        Assert.True(_vault.Requests.Count > 1);

        // What was waited for once is not waited for again: other changes go live at once.
        await gateway.LoadAsync(Configuration("- {name: more, paths: [/more], plugins: [{name: request-termination}]}"));
        using HttpResponseMessage more = await gateway.Client.GetAsync("/more");
        Assert.Equal(503, (int)more.StatusCode);

        _released.SetResult();
        for (int i = 0; i < Plugins; i += 13)
        {
            await UntilAsync(gateway, i, $"secret of /v1/secret/app-{i}");
        }
    }

    private async Task UntilAsync(TestGateway gateway, int i, string token)
    {
        // Answers that came too late are asked for again by the rotation, once a minute.
        for (int tries = 0; await TokenAsync(gateway, i) != token; tries++)
        {
            Assert.True(tries < 1500, $"plugin {i} did not get its secret");
            await Task.Delay(100);
        }
    }

    /// <summary>What the log server is shown for a request.</summary>
    private async Task<string> TokenAsync(TestGateway gateway, int i)
    {
        using HttpResponseMessage response = await gateway.Client.GetAsync($"/{i}/");
        return (await _logs.NextRequestAsync()).Header("X-Token") ?? "";
    }

    private string Configuration(string more = "") => $$"""
        _format_version: "3.0"
        routes:
        {{string.Join("\n", Enumerable.Range(0, Plugins).Select(Route))}}
        {{more}}
        """;

    private string Route(int i) =>
        $"- {{paths: [/{i}/], plugins: [{{name: request-termination}}, {{name: http-log, config: {{http_endpoint: '{_logs.Url}', headers: {{X-Token: '{{vault://hcv/app-{i}/token}}'}}}}}}]}}";
}

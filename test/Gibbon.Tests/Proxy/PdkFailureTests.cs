using Gibbon.Testing;

namespace Gibbon.Tests.Proxy;

public sealed class PdkFailureTests
{
    [Fact]
    public async Task A_failure_in_access_is_a_500_in_the_clients_form_and_the_log_says_which_plugin()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = static (_, _) => throw new InvalidOperationException("boom") });

        var json = await scene.GetRawAsync("/");
        var plain = await scene.GetRawAsync("/", "Accept: text/plain");

        Assert.StartsWith("HTTP/1.1 500 ", json, StringComparison.Ordinal);
        Assert.Equal("An unexpected error occurred", (string?)PdkScene.Body(json)["message"]);
        Assert.Contains("\r\n\r\nAn unexpected error occurred\nrequest_id: ", plain, StringComparison.Ordinal);
        Assert.Empty(scene.Upstream.Requests);
        var line = await scene.LogLineAsync("boom");
        Assert.Contains(" [error] ", line, StringComparison.Ordinal);
        Assert.Contains("[kong] [probe] access: ", line, StringComparison.Ordinal);
        Assert.Matches("""\*\d+ .*, client: 127\.0\.0\.1, server: kong, request: "GET / HTTP/1\.1", host: "a\.test", request_id: "[0-9a-f]{32}"$""", line);
    }

    [Fact]
    public async Task A_failure_after_waiting_in_access_is_the_same()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("boom");
            },
        });

        Assert.StartsWith("HTTP/1.1 500 ", await scene.GetRawAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_rewrite_ends_the_request_before_it_is_routed()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnRewrite = static (_, _) => throw new InvalidOperationException("boom") });

        var answer = await scene.GetRawAsync("/");

        Assert.StartsWith("HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.Contains("An unexpected error occurred", answer, StringComparison.Ordinal);
        Assert.Contains("[probe] rewrite: ", await scene.LogLineAsync("boom"), StringComparison.Ordinal);
        Assert.Empty(scene.Upstream.Requests);
    }

    [Fact]
    public async Task A_failure_in_the_header_filter_lets_nothing_out()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnHeaderFilter = static _ => throw new InvalidOperationException("boom") });

        Assert.Equal("", await scene.GetRawAsync("/"));
        Assert.Contains("[probe] header_filter: ", await scene.LogLineAsync("boom"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_the_body_filter_cuts_the_answer_off()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnBodyFilter = static _ => throw new InvalidOperationException("boom") });
        scene.Upstream.Answer = static _ => UpstreamAnswer.Text("secret");

        var answer = await scene.GetRawAsync("/");

        Assert.DoesNotContain("secret", answer, StringComparison.Ordinal);
        await scene.LogLineAsync("boom");
    }

    [Fact]
    public async Task A_failure_in_the_response_phase_is_a_500()
    {
        await using var scene = await PdkScene.StartAsync(new BufferingProbePlugin { OnResponse = static _ => throw new InvalidOperationException("boom") });

        Assert.StartsWith("HTTP/1.1 500 ", await scene.GetRawAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_log_is_only_logged()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnLog = static _ => throw new InvalidOperationException("boom") });

        Assert.StartsWith("HTTP/1.1 200 ", await scene.GetRawAsync("/"), StringComparison.Ordinal);
        await scene.LogLineAsync("[probe] log: ");
    }

    [Fact]
    public async Task A_member_that_a_phase_has_not_fails_in_Kongs_words()
    {
        var said = new Seen<string>();
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnHeaderFilter = context => said.Add(Record.Exception(() => context.Service.Request.SetPath("/x"))!.Message),
        });

        await scene.GetRawAsync("/");

        Assert.Contains("function cannot be called in header_filter phase (only in: rewrite, access, balancer)", said.Next(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_a_plugin_say_where_they_come_from_and_stay_one_line()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static (context, _) =>
            {
                context.Log.Warn("first\n2025/01/01 [alert] forged");
                context.Log.Create("other").Notice("second");
                context.Log.Create("other", "<%namespace> %message").Err("third");
                return default;
            },
        });

        await scene.GetRawAsync("/");

        Assert.Matches(@"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[warn\] \d+#0: \*\d+ \[kong\] PdkFailureTests\.cs:\d+ \[probe\] first\\n2025", await scene.LogLineAsync("first"));
        Assert.Contains("[other] second, client: ", await scene.LogLineAsync("second"), StringComparison.Ordinal);
        Assert.Contains(" <other> third, client: ", await scene.LogLineAsync("third"), StringComparison.Ordinal);
    }
}

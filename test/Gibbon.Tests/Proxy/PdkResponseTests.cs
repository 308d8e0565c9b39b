using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Testing;

namespace Gibbon.Tests.Proxy;

public sealed class PdkResponseTests
{
    [Theory]
    [InlineData("GET", "", "0")]
    [InlineData("HEAD", null, "0")]
    public async Task An_exit_without_a_body_has_no_type(string method, string? body, string length)
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = static (context, _) => context.Response.Exit(200) });

        var answer = await scene.SendRawAsync($"{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("Content-Type", answer, StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {length}\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + body, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exit_with_a_table_is_JSON_without_a_request_id()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static (context, _) => context.Response.Exit(418, new ValueMap { ["message"] = "tea" }),
        });

        var answer = await scene.GetRawAsync("/");

        Assert.StartsWith("HTTP/1.1 418 ", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json; charset=utf-8\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("""{"message":"tea"}""", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_of_an_exit_are_sent_and_its_length_is_the_true_one()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static (context, _) =>
            {
                var headers = new HeaderMap { { "Content-Type", "text/css" }, { "X-M", "1" }, { "X-M", "2" }, { "Content-Length", "17" } };
                return context.Response.Exit(200, "x", headers);
            },
        });

        var answer = await scene.GetRawAsync("/");

        Assert.Contains("Content-Type: text/css\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-M: 1\r\nX-M: 2\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 1\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nx", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exit_of_status_204_sends_no_body()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = static (context, _) => context.Response.Exit(204, "ignored") });

        var answer = await scene.GetRawAsync("/");

        Assert.StartsWith("HTTP/1.1 204 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_has_the_form_that_the_client_prefers_and_Kongs_words()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static (context, _) => context.Response.Error(412, (string?)null, new HeaderMap { { "X-E", "1" } }),
        });

        var json = await scene.GetRawAsync("/");
        var plain = await scene.GetRawAsync("/", "Accept: text/plain");

        Assert.Equal("Precondition failed", (string?)PdkScene.Body(json)["message"]);
        Assert.Contains("X-E: 1\r\n", json, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nPrecondition failed\nrequest_id: ", plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exit_of_status_499_closes_the_connection_without_an_answer()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = static (context, _) => context.Response.Error(499) });

        Assert.Equal("", await scene.GetRawAsync("/"));
    }

    [Fact]
    public async Task An_exit_in_rewrite_comes_before_the_route_and_before_the_plugins_that_follow()
    {
        var later = new Seen<string>();
        await using var scene = await PdkScene.StartAsync(
            new ProbePlugin("probe-a", 2000) { OnRewrite = static (context, _) => context.Response.Exit(403, "no") },
            new ProbePlugin("probe-b", 1000)
            {
                OnRewrite = (_, _) => { later.Add("rewrite"); return default; },
                OnAccess = (_, _) => { later.Add("access"); return default; },
                OnLog = context => later.Add("log " + context.Response.Source),
            });

        Assert.StartsWith("HTTP/1.1 403 ", await scene.GetRawAsync("/"), StringComparison.Ordinal);
        Assert.Equal("log Exit", later.Next());
        Assert.Empty(scene.Upstream.Requests);
    }

    [Fact]
    public async Task An_exit_in_access_leaves_the_plugins_that_follow_to_the_later_phases()
    {
        await using var scene = await PdkScene.StartAsync(
            new ProbePlugin("probe-a", 2000) { OnAccess = static (context, _) => context.Response.Exit(403, "no") },
            new ProbePlugin("probe-b", 1000)
            {
                OnAccess = static (context, _) => { context.Response.SetHeader("X-Ran", "access"); return default; },
                OnHeaderFilter = static context => context.Response.SetHeader("X-Filtered", context.Response.Source.ToString()),
            });

        var answer = await scene.GetRawAsync("/");

        Assert.DoesNotContain("X-Ran", answer, StringComparison.Ordinal);
        Assert.Contains("X-Filtered: Exit\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exit_in_the_header_filter_takes_the_place_of_the_services_answer()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnHeaderFilter = static context => _ = context.Response.Exit(201, "mine", new HeaderMap { { "X-M", "1" } }),
        });

        var answer = await scene.GetRawAsync("/");

        Assert.StartsWith("HTTP/1.1 201 ", answer, StringComparison.Ordinal);
        Assert.Contains("X-M: 1\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 4\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nmine", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_filter_sees_the_services_headers_and_cannot_take_the_gateways_own_away()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnHeaderFilter = static context =>
            {
                var response = context.Response;
                response.SetHeader("X-Status", context.Service.Response.Status?.ToString());
                response.SetHeader("X-Src", response.Source.ToString());
                response.AddHeader("X-Two", "3");
                response.ClearHeader("X-Up");
                response.ClearHeader("Server");
                response.ClearHeader("Via");
            },
        });
        scene.Upstream.Answer = static _ => UpstreamAnswer.Raw("HTTP/1.1 200 OK\r\nServer: echo\r\nX-Up: 1\r\nX-Two: 2\r\nContent-Length: 2\r\n\r\nhi");

        var answer = await scene.GetRawAsync("/");

        Assert.Contains("X-Status: 200\r\nX-Src: Service\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Two: 2\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Two: 3\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Up", answer, StringComparison.Ordinal);
        Assert.Contains("Server: kong/", answer, StringComparison.Ordinal);
        Assert.Contains("Via: 1.1 kong/", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_a_plugin_sets_for_the_client_cannot_bring_another_with_it()
    {
        await using var scene = await PdkScene.StartAsync(
            new ProbePlugin("probe-a", 2)
            {
                OnAccess = static (context, _) => { context.Response.SetHeader("X-A", "1\r\nX-Evil: 1"); return default; },
                OnHeaderFilter = static context =>
                {
                    context.Response.SetHeader("X-B", "2\r\n\r\n<script>");
                    context.Response.AddHeader("X-C: 3\r\nX-Evil", "1");
                },
            },
            new ProbePlugin("probe-b", 1)
            {
                OnAccess = static (context, _) => context.Request.Path == "/exit"
                    ? context.Response.Exit(200, "x", new HeaderMap { { "X-D", "4\nX-Evil: 1" }, { "Content-Type", "text/css\r\nX-Evil: 1" } })
                    : default,
            });

        foreach (var path in new[] { "/", "/exit" })
        {
            var answer = await scene.GetRawAsync(path);

            Assert.Contains("X-A: 1%0D%0AX-Evil: 1\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("X-B: 2%0D%0A%0D%0A<script>\r\n", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("\nX-Evil", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_filter_gathers_the_body_and_replaces_it()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnHeaderFilter = static context => context.Response.ClearHeader("Content-Length"),
            OnBodyFilter = static context =>
            {
                if (context.Response.GetRawBody() is { } body)
                {
                    context.Response.SetRawBody(PdkScene.Utf8(Encoding.UTF8.GetString(body.Span) + "!"));
                }
            },
        });
        scene.Upstream.Answer = static _ => new UpstreamAnswer { Chunks = ["hel", "lo"] };

        using var answer = await scene.Gateway.Client.GetAsync("/");

        Assert.Equal("hello!", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_response_phase_has_the_whole_answer_before_anything_is_sent()
    {
        await using var scene = await PdkScene.StartAsync(new BufferingProbePlugin
        {
            OnResponse = static context =>
            {
                context.Response.SetHeader("X-Length", context.Service.Response.GetRawBody().Length);
                context.Response.SetStatus(203);
                return default;
            },
        });
        scene.Upstream.Answer = static _ => UpstreamAnswer.Text("hello");

        using var answer = await scene.Gateway.Client.GetAsync("/");

        Assert.Equal((203, "hello"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("5", answer.Headers.GetValues("X-Length").Single());
    }

    [Fact]
    public async Task An_exit_in_the_response_phase_replaces_the_answer()
    {
        await using var scene = await PdkScene.StartAsync(new BufferingProbePlugin { OnResponse = static context => context.Response.Exit(409, "mine") });

        var answer = await scene.GetRawAsync("/");

        Assert.StartsWith("HTTP/1.1 409 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nmine", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buffering_that_a_plugin_asks_for_shows_the_body_to_the_header_filter()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static (context, _) => { context.Service.Request.EnableBuffering(); return default; },
            OnHeaderFilter = static context => context.Response.SetHeader("X-Body", Encoding.UTF8.GetString(context.Service.Response.GetRawBody().Span)),
        });
        scene.Upstream.Answer = static _ => UpstreamAnswer.Text("hello");

        Assert.Contains("X-Body: hello\r\n", await scene.GetRawAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_route_the_answer_counts_as_an_exit()
    {
        await using var scene = await PdkScene.StartAsync("/only", null, "", new ProbePlugin
        {
            OnHeaderFilter = static context => context.Response.SetHeader("x-source", $"{context.Response.Source} {context.Router.Route?.Name}"),
        });

        var answer = await scene.GetRawAsync("/zzz");

        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
        Assert.Contains("x-source: Exit ", answer, StringComparison.Ordinal);
    }
}

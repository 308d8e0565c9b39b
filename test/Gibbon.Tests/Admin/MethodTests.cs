using System.Net.Sockets;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

public sealed class MethodTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Theory]
    [InlineData("CONNECT /", "405 Not Allowed")]
    [InlineData("CONNECT a.test:80", "405 Not Allowed")]
    [InlineData("TRACE /services", "405 Not Allowed")]
    [InlineData("get /", "400 Bad Request")]
    [InlineData("G@T /", "400 Bad Request")]
    public async Task What_no_server_takes_is_answered_with_the_page_of_the_server(string beginning, string page)
    {
        string answer = await AskAsync($"{beginning} HTTP/1.1\r\nHost: a.test:80\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {page[..4]}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("failed:", fixture.Client.Gateway.ErrorLog, StringComparison.Ordinal);
        if (beginning[1] != '@')
        {
            Assert.Contains($"<h1>{page}</h1>", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Search_engines_are_told_to_stay_away()
    {
        Answer answer = await fixture.Client.GetAsync("/robots.txt");

        Assert.Equal((200, "User-agent: *\nDisallow: /"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task A_level_of_the_log_has_one_name()
    {
        Answer answer = await fixture.Client.SendAsync("PUT", "/debug/node/log-level/err");

        Assert.Equal((400, "unknown log level: err"), (answer.Status, answer.Body.GetString("message")));
    }

    [Fact]
    public async Task The_next_page_of_all_tags_is_as_large_as_this_one()
    {
        await fixture.Client.PostAsync("/consumers", new ValueMap { ["username"] = "tagged", ["tags"] = new ValueList { "one", "two" } });

        Answer all = await fixture.Client.GetAsync("/tags?size=1");
        Answer second = await fixture.Client.GetAsync(all.Body.GetString("next")!);

        Assert.EndsWith("&size=1", all.Body.GetString("next"), StringComparison.Ordinal);
        Assert.Equal("two", Assert.IsType<ValueMap>(Assert.Single(second.Body.GetList("data")!)).GetString("tag"));
    }

    private async Task<string> AskAsync(string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", fixture.Client.Gateway.AdminPort);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync();
    }
}

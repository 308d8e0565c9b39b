using System.Text;

namespace Gibbon.Lua.Tests;

/// <summary>Getters of texts answer through a buffer of 1,024 bytes; what is longer, or no plain text, comes another way and must be the same.</summary>
public sealed class TextGetterTests
{
    private const string Body = """
        local request = kong.request
        local function of(text) return text == nil and "nil" or #text .. text:sub(1, 3) .. text:sub(-3) end
        local rounds = {}
        for round = 1, 200 do -- often enough to be compiled
          rounds[round] = table.concat({
            request.get_method(), of(request.get_path()), of(request.get_raw_query()), of(request.get_header("x-long")), of(request.get_header("X_Short")),
            of(request.get_header("missing")), of(request.get_header(("n"):rep(100))), of(request.get_header("empty")), of(kong.node.get_id()), of(kong.client.get_ip()),
          }, " ")
          assert(rounds[round] == rounds[1], "round " .. round .. ": " .. rounds[round])
        end
        kong.response.exit(200, rounds[1])
        """;

    [Theory]
    [InlineData(5)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(3000)]
    public async Task A_text_is_whole_however_long_it_is(int length)
    {
        await using LuaScene scene = await LuaScene.AccessAsync(Body);
        using HttpRequestMessage request = new(HttpMethod.Get, $"/{new string('p', length - 1)}?{new string('q', length)}");
        request.Headers.Add("X-Long", "b" + new string('l', length - 2) + "e");
        request.Headers.Add("X-Short", "abc");
        request.Headers.Add(new string('n', 100), "named");
        request.Headers.TryAddWithoutValidation("Empty", "");

        using HttpResponseMessage response = await scene.Client.SendAsync(request, TestContext.Current.CancellationToken);

        string told = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string id = told.Split(' ')[8];
        Assert.StartsWith("36", id, StringComparison.Ordinal);
        Assert.Equal($"GET {length}/ppppp {length}qqqqqq {length}blllle 3abcabc nil 5nammed 0 {id} 91270.1", told);
    }

    [Fact]
    public async Task The_bytes_of_a_header_are_those_that_were_sent()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("kong.response.exit(200, kong.request.get_header('x-name') == 'Andr\\233' and 'as sent' or 'other')");
        using SocketsHttpHandler handler = new() { RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1 };
        using HttpClient client = new(handler) { BaseAddress = scene.Client.BaseAddress };
        client.DefaultRequestHeaders.Add("X-Name", "Andr\u00e9");

        Assert.Equal("as sent", await client.GetStringAsync("/", TestContext.Current.CancellationToken));
    }
}

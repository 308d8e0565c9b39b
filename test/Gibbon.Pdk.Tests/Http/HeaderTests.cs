namespace Gibbon.Pdk.Tests.Http;

public sealed class HeaderTests
{
    [Fact]
    public void A_header_is_found_whatever_its_case_and_whether_it_has_dashes_or_underscores()
    {
        var headers = new HeaderMap { { "X-Api-Key", "1" }, { "x_api_key", "2" } };

        Assert.Equal("X-Api-Key", Assert.Single(headers).Key);
        Assert.Equal("1", headers["X_API_KEY"].First);
        Assert.Equal(2, headers["x-api-key"].Count);
        Assert.Equal("1, 2", headers["x-api-key"].ToString());
        Assert.Equal(0, headers["x-api"].Count);
    }

    [Fact]
    public void Numbers_and_truth_values_are_written_as_lua_writes_them()
    {
        Assert.Equal("5", ((HeaderValue)5.0).First);
        Assert.Equal("0.1", ((HeaderValue)0.1).First);
        Assert.Equal("9007199254740993", ((HeaderValue)9007199254740993).First);
        Assert.Equal("true", ((HeaderValue)true).First);
    }

    [Fact]
    public void An_empty_text_is_sent_as_one_space()
    {
        Assert.Equal(" ", HeaderRules.Check("X", "").First);
        Assert.Equal("a,  ", HeaderRules.Check("X", (string[])["a", ""]).ToString());
    }

    [Fact]
    public void A_header_without_a_value_is_refused_in_kongs_words()
    {
        Says(
            "invalid header value for \"X\": got nil, expected array of string, string, number or boolean",
            () => HeaderRules.Check("X", (string?)null));
        Says("invalid header value in array \"X\": got nil, expected string", () => HeaderRules.Check("X", new[] { "a", null! }));
        Says("invalid header value in array \"X\": got nil, expected string", () => HeaderRules.Check("X", new string[] { null! }));
        Says("invalid header name \"nil\": got nil, expected string", () => HeaderRules.Check(null!, "x"));
    }

    static void Says(string text, Action action) =>
        Assert.Equal(text, Assert.Throws<KongArgumentException>(action).Message);
}

namespace Gibbon.Pdk.Tests.Http;

public sealed class QueryStringTests
{
    [Fact]
    public void An_argument_is_a_text_a_flag_or_empty()
    {
        var args = QueryString.Parse("a=1&b&c=&=x&&d=%41+b%2", 100);

        Assert.Equal("1", args["a"].First);
        Assert.True(args["b"].IsFlag);
        Assert.Null(args["b"].First);
        Assert.Equal("", args["c"].First);
        Assert.False(args["c"].IsFlag);
        Assert.Equal("A b%2", args["d"].First);
        Assert.Equal(4, args.Count);
        Assert.False(args["e"].Exists);
    }

    [Fact]
    public void An_argument_that_occurs_again_keeps_every_value_in_order()
    {
        var value = QueryString.Parse("a=1&a&a=3", 100)["a"];

        Assert.Equal(["1", null, "3"], Enumerable.Range(0, value.Count).Select(i => value[i]));
    }

    [Theory]
    [InlineData("a=1&b=2", 2, false)]
    [InlineData("a=1&b=2&c=3", 2, true)]
    [InlineData("a=1&a=2&a=3", 2, true)]
    public void Arguments_beyond_the_limit_are_left_out(string query, int limit, bool truncated)
    {
        var args = QueryString.Parse(query, limit);

        Assert.Equal(truncated, args.Truncated);
        Assert.False(args["c"].Exists);
    }

    [Fact]
    public void One_argument_is_found_without_reading_the_rest()
    {
        Assert.Equal("x y", QueryString.Find("b=1&%61=x%20y", "a", 100).First);
        Assert.False(QueryString.Find("b=1&a=2", "a", 1).Exists);
        Assert.False(QueryString.Find("A=1", "a", 100).Exists);
    }

    [Fact]
    public void Arguments_are_written_in_the_order_of_their_encoded_text()
    {
        var args = new QueryMap { ["z"] = "a b", ["a"] = new[] { "2", "1" }, ["m"] = true, ["n"] = false, ["k"] = 5.0, ["ü"] = "/" };

        Assert.Equal("%C3%BC=%2F&a=2&a=1&k=5&m&z=a%20b", QueryString.Write(args));
    }
}

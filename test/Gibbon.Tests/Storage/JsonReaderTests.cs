using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Tests.Storage;

public sealed class JsonReaderTests
{
    [Fact]
    public void Values_of_every_kind_are_read()
    {
        Assert.True(JsonReader.TryRead("""{"a":[1,-2.5,1e3,true,false,null,"x\"\u00e9\n",{}]}""", out var value, out _));
        Assert.Equal([1L, -2.5, 1000L, true, false, null, "x\"é\n"], Assert.IsType<ValueMap>(value).GetList("a")!.Take(7));
    }

    [Theory]
    [InlineData("{bad", "Expected object key string but found invalid token at character 2")]
    [InlineData("{\"a\" 1}", "Expected colon but found T_NUMBER at character 6")]
    [InlineData("[1 2]", "Expected comma or array end but found T_NUMBER at character 4")]
    [InlineData("{\"a\":1", "Expected comma or object end but found T_END at character 7")]
    [InlineData("{} x", "Expected the end but found invalid token at character 4")]
    [InlineData("", "Expected value but found T_END at character 1")]
    public void An_error_tells_its_place(string text, string expected)
    {
        Assert.False(JsonReader.TryRead(text, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        Assert.False(JsonReader.TryRead(new string('[', 5000), out _, out var error));
        Assert.Equal("Found too many nested data structures (1001) at character 1001", error);
    }
}

using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Http;

public sealed class ValueJsonTests
{
    [Theory]
    [InlineData("{\"a\":[1,-2.5,true,null,\"x\"],\"b\":{},\"c\":[]}")]
    [InlineData("{\"url\":\"http:\\/\\/a\\u0001\\n\\\"\\\\ü\"}")]
    [InlineData("[9007199254740993,1e+20,1e-07,0.1]")]
    public void What_kong_writes_is_read_and_written_again_byte_for_byte(string json)
    {
        Assert.True(ValueJson.TryRead(Encoding.UTF8.GetBytes(json), out var value, out _));

        Assert.Equal(json, Encoding.UTF8.GetString(ValueJson.Write(value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} x")]
    [InlineData("{\"a\":1,}")]
    [InlineData("nan")]
    public void What_is_not_json_is_refused(string json) =>
        Assert.False(ValueJson.TryRead(Encoding.UTF8.GetBytes(json), out _, out _));

    [Fact]
    public void Of_a_name_that_occurs_twice_the_last_one_counts()
    {
        Assert.True(ValueJson.TryRead("{\"a\":1,\"a\":2}"u8, out var value, out _));
        Assert.Equal(2L, Assert.IsType<ValueMap>(value)["a"]);
    }

    [Fact]
    public void What_json_cannot_say_is_refused()
    {
        Assert.Throws<KongArgumentException>(() => ValueJson.Write(double.NaN));
        Assert.Throws<KongArgumentException>(() => ValueJson.Write(new object()));
        var loop = new ValueList();
        loop.Add(loop);
        Assert.Throws<KongArgumentException>(() => ValueJson.Write(loop));
    }
}

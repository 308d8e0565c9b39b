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

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(200_000)]
    public void Json_that_comes_in_blocks_is_read_as_if_it_were_there_at_once(int length)
    {
        var list = new ValueList();
        for (var i = 0; i < 3000; i++)
            list.Add(new ValueMap { ["id"] = (long)i, ["näme\n"] = new string('ü', i == 1500 ? length : 5), ["nothing"] = null, ["part"] = new ValueMap { ["on"] = true, ["rate"] = 0.5 } });

        var json = ValueJson.Write(new ValueMap { ["all"] = list });
        Assert.True(ValueJson.TryRead(new Trickle(json), out var value, out var error), error);
        Assert.Equal(json, ValueJson.Write(value));
        Assert.False(ValueJson.TryRead(new Trickle(json[..^1]), out _, out _));
        Assert.False(ValueJson.TryRead(new Trickle([.. json, (byte)'x']), out _, out _));
        Assert.False(ValueJson.TryRead(new MemoryStream(), out _, out _));
    }

    [Fact]
    public void Names_that_differ_stay_different_however_many_there_are()
    {
        var map = new ValueMap();
        for (var i = 0; i < 5000; i++)
            map["name " + i] = (long)i;

        for (var time = 0; time < 2; time++)
        {
            Assert.True(ValueJson.TryRead(ValueJson.Write(map), out var read, out _));
            Assert.Equal(map, Assert.IsType<ValueMap>(read));
        }
    }

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

    // As a network gives it: seldom as much as was asked for.
    sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 777)]);
    }
}

using System.Buffers;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginServers;
using Gibbon.PluginServers.MsgPack;

namespace Gibbon.Tests.PluginServers;

public sealed class MsgPackTests
{
    [Theory]
    [InlineData(0L, "00")]
    [InlineData(127L, "7F")]
    [InlineData(128L, "CC80")]
    [InlineData(255L, "CCFF")]
    [InlineData(256L, "CD0100")]
    [InlineData(65536L, "CE00010000")]
    [InlineData(4294967296L, "D30000000100000000")]
    [InlineData(-1L, "FF")]
    [InlineData(-32L, "E0")]
    [InlineData(-33L, "D1FFDF")]
    [InlineData(-32769L, "D2FFFF7FFF")]
    [InlineData(long.MinValue, "D38000000000000000")]
    [InlineData(1.5, "CB3FF8000000000000")]
    [InlineData(true, "C3")]
    [InlineData(null, "C0")]
    [InlineData("a", "A161")]
    public void A_value_has_its_shortest_form_and_is_read_back(object? value, string bytes)
    {
        byte[] written = Write(value);

        Assert.Equal(bytes, Convert.ToHexString(written));
        Assert.Equal(value, Read(written));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void Lengths_of_every_size_are_written_and_read(int length)
    {
        Assert.Equal(new string('x', length), Read(Write(new string('x', length))));
        Assert.Equal(new byte[length], Read(Write(new byte[length])));
        Assert.Equal(length, ((ValueList)Read(Write(new ValueList(Enumerable.Repeat<object?>(null, length))))!).Count);
        Assert.Equal(length, ((ValueMap)Read(Write(new ValueMap(Enumerable.Range(0, length).Select(i => KeyValuePair.Create($"k{i}", (object?)(long)i)))))!).Count);
    }

    [Fact]
    public void Whatever_is_written_is_incomplete_until_its_last_byte()
    {
        byte[] whole = Write(new ValueMap { ["list"] = new ValueList { 1L, "zwei", new byte[] { 3 }, 4.5, null, -70000L }, ["map"] = new ValueMap { ["x"] = new string('y', 300) } });

        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(new MsgPackReader(whole.AsSpan(0, length)).TryRead(out _), $"{length} bytes");
        }

        Assert.NotNull(Read(whole));
    }

    [Fact]
    public void What_is_nested_without_end_is_refused()
    {
        var deep = new ValueList();
        for (int i = 0; i < 2000; i++)
        {
            deep = [deep];
        }

        Assert.Throws<KongArgumentException>(() => Write(deep));
        Assert.Throws<ServerException>(() => Read([.. Enumerable.Repeat((byte)0x91, 5000)]));
    }

    [Theory]
    [InlineData("CA3FC00000", 1.5)]
    [InlineData("D0FF", -1L)]
    [InlineData("CF00000000000000FF", 255L)]
    [InlineData("D40100", null)]
    [InlineData("C7020199AA", null)]
    [InlineData("DA000161", "a")]
    public void Other_forms_are_read_too(string bytes, object? value) => Assert.Equal(value, Read(Convert.FromHexString(bytes)));

    private static byte[] Write(object? value)
    {
        var output = new ArrayBufferWriter<byte>();
        new MsgPackWriter(output).Write(value);
        return output.WrittenSpan.ToArray();
    }

    private static object? Read(byte[] bytes)
    {
        var reader = new MsgPackReader(bytes);
        Assert.True(reader.TryRead(out object? value));
        Assert.Equal(bytes.Length, reader.Position);
        return value;
    }
}

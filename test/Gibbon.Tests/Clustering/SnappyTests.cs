using System.Buffers;
using System.Text;
using Gibbon.Clustering.Rpc;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Clustering;

public sealed class SnappyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("""{"jsonrpc":"2.0","method":"kong.sync.v2.get_delta","params":[{"default":{"version":0}}],"id":0}""")]
    public void What_is_packed_can_be_unpacked_by_others(string text)
    {
        Assert.Equal(text, Encoding.UTF8.GetString(RpcWire.Unpack(Snappy.Compress(Encoding.UTF8.GetBytes(text)))));
        Assert.True(Snappy.TryDecompress(RpcWire.Pack(text), 1000, out byte[]? unpacked));
        Assert.Equal(text, Encoding.UTF8.GetString(unpacked));
    }

    [Fact]
    public void Texts_of_every_size_and_kind_come_out_as_they_went_in()
    {
        Random random = new(7);
        for (int round = 0; round < 300; round++)
        {
            byte[] text = new byte[random.Next(200_000)];
            random.NextBytes(text);
            int alphabet = 1 + random.Next(40);
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = (byte)(text[i] % alphabet);
            }

            Assert.True(Snappy.TryDecompress(Snappy.Compress(text), text.Length, out byte[]? unpacked));
            Assert.True(text.AsSpan().SequenceEqual(unpacked));
            Assert.False(text.Length > 0 && Snappy.TryDecompress(Snappy.Compress(text), text.Length - 1, out _));
        }
    }

    [Fact]
    public void Rubbish_is_refused_and_takes_no_memory()
    {
        Random random = new(11);
        byte[] good = Snappy.Compress(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("""{"name":"route","paths":["/a"]},""", 200))));
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bad = [.. good];
            for (int change = random.Next(4); change >= 0; change--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            Snappy.TryDecompress(bad.AsSpan(0, random.Next(bad.Length + 1)), 1_000_000, out _);
        }

        // It says that it is a gigabyte, in seven bytes.
        Assert.False(Snappy.TryDecompress([0x80, 0x80, 0x80, 0x80, 0x04, 0x00, 0x61], int.MaxValue, out _));
        Assert.False(Snappy.TryDecompress([0xff, 0xff, 0xff, 0xff, 0xff, 0xff], int.MaxValue, out _));
        Assert.False(Snappy.TryDecompress([], 10, out _));
    }

    [Fact]
    public void A_text_that_many_messages_hold_is_packed_once()
    {
        ValueMap value = new() { ["default"] = new string('x', 100_000) + Guid.NewGuid() };
        PackedText packed = PackedText.Of(value, isGibbon: false);
        ReadOnlyMemory<byte>[] one = packed.Within("{\"result\":", ",\"id\":1}");
        ReadOnlyMemory<byte>[] two = packed.Within("{\"result\":", ",\"id\":2}");

        Assert.True(one[1].Equals(two[1]));
        string text = Encoding.UTF8.GetString(RpcWire.Unpack([.. one.SelectMany(static piece => piece.ToArray())]));
        Assert.StartsWith("{\"result\":{\"default\":\"xxx", text, StringComparison.Ordinal);
        Assert.EndsWith(",\"id\":1}", text, StringComparison.Ordinal);
        Assert.True(packed.Size < 10_000);

        // A call that everybody is called with is composed once, with one number.
        SharedCall call = packed.AsCall("m");
        Assert.Same(call, packed.AsCall("m"));
        string whole = Encoding.UTF8.GetString(RpcWire.Unpack([.. call.Message.SelectMany(static piece => piece.ToArray())]));
        Assert.StartsWith("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[{\"default\":\"xxx", whole, StringComparison.Ordinal);
        Assert.EndsWith($"}}],\"id\":{call.Id}}}", whole, StringComparison.Ordinal);
        Assert.NotEqual(call.Id, PackedText.Of(value, isGibbon: false).AsCall("m").Id);

        // For our own nodes as gzip, in pieces that are one text.
        PackedText ours = PackedText.Of(value, isGibbon: true);
        byte[] message = [.. ours.Within("{\"result\":", ",\"id\":1}").SelectMany(static piece => piece.ToArray())];
        Assert.True(Gibbon.Clustering.Gzip.Is(message));
        Assert.Equal(text, Encoding.UTF8.GetString(Gibbon.Clustering.Gzip.Inflate(message)!));
    }
}

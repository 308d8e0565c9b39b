using System.Buffers;
using System.Text;

namespace Gibbon.Plugins.Shared.Redis;

public sealed class RedisProtocolTests
{
    [Fact]
    public void A_command_is_a_list_of_texts_with_their_lengths_in_bytes()
    {
        var output = new ArrayBufferWriter<byte>();

        RedisProtocol.Write(output, ["SET", "ä", ""]);

        Assert.Equal("*3\r\n$3\r\nSET\r\n$2\r\nä\r\n$0\r\n\r\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Replies_are_read_only_when_they_are_there_whole()
    {
        const string Replies = "+OK\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*2\r\n:1\r\n*1\r\n$1\r\nx\r\n-ERR no\r\n";
        var bytes = Encoding.UTF8.GetBytes(Replies);
        for (var cut = 0; cut < bytes.Length; cut++)
            Assert.True(Read(bytes[..cut]).Count < 6);

        var read = Read(bytes);
        Assert.Equal("OK", read[0].Text);
        Assert.Equal(-7, read[1].Number);
        Assert.Equal("a\r\n", read[2].Text);
        Assert.Null(read[3].Value);
        var list = Assert.IsType<List<RedisReply>>(read[4].Value);
        Assert.Equal("x", Assert.IsType<List<RedisReply>>(list[1].Value)[0].Text);
        Assert.Equal("ERR no", read[5].Error);
    }

    [Theory]
    [InlineData("HTTP/1.1 400\r\n")]
    [InlineData(":x\r\n")]
    [InlineData("$99999999999999\r\n")]
    [InlineData("*999999999\r\n")]
    [InlineData(":123456789012345678901234567890\r\n")]
    public void What_is_no_reply_is_an_error(string text) => Assert.Throws<InvalidDataException>(() => Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Lists_are_not_nested_without_end() =>
        Assert.Throws<InvalidDataException>(() => Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", 1000)))));

    static List<RedisReply> Read(byte[] bytes)
    {
        List<RedisReply> replies = [];
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        while (!reader.End && RedisProtocol.TryRead(ref reader, out var reply))
            replies.Add(reply);

        return replies;
    }
}

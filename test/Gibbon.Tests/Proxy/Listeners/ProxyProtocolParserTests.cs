using System.Text;
using Gibbon.Proxy.Listeners;

namespace Gibbon.Tests.Proxy.Listeners;

public class ProxyProtocolParserTests
{
    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", "192.0.2.1:56324", "198.51.100.2:443")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 1 65535\r\n", "[2001:db8::1]:1", "[::1]:65535")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "[::ffff:192.0.2.1]:1", "[::1]:2")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff:f:f ffff 65535 65535\r\n", null, null)]
    public void A_text_header_tells_the_addresses_and_where_it_ends(string text, string? source, string? destination)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text + "GET / HTTP/1.1\r\n");

        ProxyProtocolState state = ProxyProtocolParser.Parse(bytes, out ProxyProtocolHeader header, out int length);

        Assert.Equal(ProxyProtocolState.Complete, state);
        Assert.Equal(text.Length, length);
        Assert.Equal(source, header.Source?.ToString());
        Assert.Equal(destination, header.Destination?.ToString());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4  1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 0x7f.0.0.1 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 010.0.0.1 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 256.0.0.1 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1.2.3.4 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 [::1] ::1 1 2\r\n")]
    [InlineData("PROXY UNIX /a /b 1 2\r\n")]
    [InlineData("PROXY UNKNOWNX\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4\r\n")]
    public void Anything_else_is_refused(string text) =>
        Assert.Equal(ProxyProtocolState.Invalid, ProxyProtocolParser.Parse(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void A_text_header_without_an_end_is_refused_after_107_bytes()
    {
        byte[] endless = Encoding.ASCII.GetBytes("PROXY TCP4 " + new string('1', 200));
        Assert.Equal(ProxyProtocolState.Incomplete, ProxyProtocolParser.Parse(endless.AsSpan(0, 106), out _, out _));
        Assert.Equal(ProxyProtocolState.Invalid, ProxyProtocolParser.Parse(endless.AsSpan(0, 107), out _, out _));
    }

    [Fact]
    public void A_binary_header_tells_the_addresses_and_its_extensions_are_skipped()
    {
        byte[] header = Binary(0x21, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0xDC, 0x04, 0x01, 0xBB, 0x04, 0x00, 0x01, 0xFF]);

        ProxyProtocolState state = ProxyProtocolParser.Parse([.. header, 0x16, 3, 1], out ProxyProtocolHeader parsed, out int length);

        Assert.Equal(ProxyProtocolState.Complete, state);
        Assert.Equal(header.Length, length);
        Assert.Equal("192.0.2.1:56324", parsed.Source!.ToString());
        Assert.Equal("198.51.100.2:443", parsed.Destination!.ToString());
    }

    [Fact]
    public void A_binary_header_of_ipv6_is_read()
    {
        byte[] addresses = [.. new byte[15], 1, .. new byte[15], 2, 0, 80, 0, 81];
        Assert.Equal(ProxyProtocolState.Complete, ProxyProtocolParser.Parse(Binary(0x21, 0x21, addresses), out ProxyProtocolHeader header, out _));
        Assert.Equal("[::1]:80", header.Source!.ToString());
        Assert.Equal("[::2]:81", header.Destination!.ToString());
    }

    [Theory]
    [InlineData(0x20, 0x00)]
    [InlineData(0x21, 0x00)]
    [InlineData(0x21, 0x31)]
    public void A_connection_of_the_sender_itself_or_of_no_internet_family_has_no_addresses(byte command, byte family)
    {
        Assert.Equal(ProxyProtocolState.Complete, ProxyProtocolParser.Parse(Binary(command, family, [1, 2, 3]), out ProxyProtocolHeader header, out _));
        Assert.Null(header.Source);
    }

    [Fact]
    public void A_binary_header_with_a_wrong_version_family_or_length_is_refused()
    {
        Assert.Equal(ProxyProtocolState.Invalid, ProxyProtocolParser.Parse(Binary(0x11, 0x11, new byte[12]), out _, out _));
        Assert.Equal(ProxyProtocolState.Invalid, ProxyProtocolParser.Parse(Binary(0x22, 0x11, new byte[12]), out _, out _));
        Assert.Equal(ProxyProtocolState.Invalid, ProxyProtocolParser.Parse(Binary(0x21, 0x41, new byte[12]), out _, out _));
        Assert.Equal(ProxyProtocolState.Invalid, ProxyProtocolParser.Parse(Binary(0x21, 0x11, new byte[11]), out _, out _));
        Assert.Equal(ProxyProtocolState.Invalid, ProxyProtocolParser.Parse(Binary(0x21, 0x21, new byte[35]), out _, out _));
        Assert.Equal(ProxyProtocolState.Invalid, ProxyProtocolParser.Parse(Binary(0x21, 0x11, new byte[5000]), out _, out _));
    }

    [Fact]
    public void Every_beginning_of_a_header_asks_for_more()
    {
        byte[][] headers = [Binary(0x21, 0x11, new byte[12]), Encoding.ASCII.GetBytes("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n")];
        foreach (byte[] header in headers)
        {
            for (var length = 0; length < header.Length; length++)
            {
                Assert.Equal(ProxyProtocolState.Incomplete, ProxyProtocolParser.Parse(header.AsSpan(0, length), out _, out _));
            }
        }
    }

    internal static byte[] Binary(byte command, byte family, byte[] rest) =>
        [.. Signature, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];
}

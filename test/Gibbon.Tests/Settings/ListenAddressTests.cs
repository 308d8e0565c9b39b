using Gibbon.Settings;

namespace Gibbon.Tests.Settings;

public sealed class ListenAddressTests
{
    [Fact]
    public void Every_flag_is_read()
    {
        var listener = Read("127.0.0.1:8443 ssl http2 proxy_protocol deferred bind reuseport backlog=100 ipv6only=off so_keepalive=30m::10");

        Assert.Equal(("127.0.0.1", 8443), (listener.Address, listener.Port));
        Assert.True(listener is { Ssl: true, Http2: true, ProxyProtocol: true, Deferred: true, Bind: true, Reuseport: true });
        Assert.Equal((100, false), (listener.Backlog, listener.Ipv6Only));
        Assert.Equal(new SocketKeepalive(true, TimeSpan.FromMinutes(30), null, 10), listener.SoKeepalive);
    }

    [Fact]
    public void It_is_shown_in_Kongs_order_and_without_http2() =>
        Assert.Equal("127.0.0.1:28443 ssl reuseport backlog=16384", Read("127.0.0.1:28443 http2 ssl backlog=16384 reuseport").Text);

    [Theory]
    [InlineData("[::]:8000", "::", 8000)]
    [InlineData("[0:0::1]:80 ssl", "::1", 80)]
    [InlineData("localhost:8000", "localhost", 8000)]
    [InlineData("0.0.0.0:0", "0.0.0.0", 0)]
    public void An_address_may_be_a_name_or_bracketed(string text, string address, int port)
    {
        var listener = Read(text);
        Assert.Equal((address, port), (listener.Address, listener.Port));
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("8000")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("127.0.0.1:80 spdy")]
    [InlineData("127.0.0.1:80 backlog=many")]
    [InlineData("::1:80")]
    [InlineData("unix:/tmp/socket")]
    [InlineData("127.0.0.1:80 udp")]
    [InlineData("127.0.0.1:80 so_keepalive=1:2")]
    public void Anything_else_is_answered_with_the_grammar(string text)
    {
        var exception = Assert.Throws<ArgumentException>(() => Read(text));
        Assert.StartsWith(
            "proxy_listen must be of form: [off] | <ip>:<port> [ssl] [http2] [proxy_protocol] [deferred] [bind] [reuseport] [backlog=%d+] " +
            "[ipv6only=on] [ipv6only=off] [so_keepalive=on] [so_keepalive=off] [so_keepalive=%w*:%w*:%d*], [... next entry ...]",
            exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_listeners_may_be_udp()
    {
        var settings = SettingsLoader.From([KeyValuePair.Create("stream_listen", "127.0.0.1:53 udp, 127.0.0.1:9000 ssl")]);
        Assert.Equal((true, false), (settings.Listeners.Stream[0].Udp, settings.Listeners.Stream[1].Udp));
    }

    [Fact]
    public void Off_is_none()
    {
        var settings = SettingsLoader.From([KeyValuePair.Create("proxy_listen", "off"), KeyValuePair.Create("admin_listen", "off")]);
        Assert.Empty(settings.Listeners.Proxy);
        Assert.Empty(settings.Listeners.Admin);
    }

    private static ListenAddress Read(string text) =>
        Assert.Single(SettingsLoader.From([KeyValuePair.Create("proxy_listen", text)]).Listeners.Proxy);
}

using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Gibbon.Proxy.Listeners;
using Gibbon.Settings;

namespace Gibbon.Tests.Proxy.Listeners;

public class ListenSocketTests
{
    [Fact]
    public void A_port_in_use_is_one_clear_line_and_nothing_stays_open()
    {
        using ListenSocket taken = Assert.Single(ListenSocket.OpenAll([FrontDoor.Listen()], out _));
        int port = ((IPEndPoint)taken.LocalEndPoint).Port;
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int other = ((IPEndPoint)free.LocalEndPoint!).Port;
        free.Dispose();

        ImmutableArray<ListenSocket> opened = ListenSocket.OpenAll([At(other), At(port)], out ListenFailure? failure);

        Assert.Empty(opened);
        Assert.Equal($"cannot listen on 127.0.0.1:{port}: Address already in use", failure!.ToString());
        using ListenSocket again = Assert.Single(ListenSocket.OpenAll([At(other)], out _));
    }

    [Theory]
    [InlineData("192.0.2.1", "Cannot assign requested address")]
    [InlineData("no.such.host.invalid", "")]
    public void An_address_that_is_not_ours_is_one_clear_line(string address, string reason)
    {
        ListenSocket.OpenAll([At(0) with { Address = address }], out ListenFailure? failure);

        Assert.StartsWith($"cannot listen on {address}:0: {reason}", failure!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.ToString());
    }

    [Fact]
    public void Two_sockets_share_a_port_when_both_say_reuseport()
    {
        ListenAddress first = At(0) with { Reuseport = true };
        using ListenSocket one = Assert.Single(ListenSocket.OpenAll([first], out _));
        using ListenSocket two = Assert.Single(ListenSocket.OpenAll([first with { Port = ((IPEndPoint)one.LocalEndPoint).Port }], out ListenFailure? failure));
        Assert.Null(failure);
    }

    [Fact]
    public void Accepted_sockets_have_the_keepalive_of_the_listener()
    {
        ListenAddress address = At(0) with
        {
            Deferred = true,
            Backlog = 16,
            SoKeepalive = new SocketKeepalive(true, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(7), 3),
        };
        using ListenSocket listener = Assert.Single(ListenSocket.OpenAll([address], out _));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint);
        client.Send("x"u8);
        using Socket accepted = listener.Socket.Accept();

        Assert.Equal(300, accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(7, accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        Assert.Equal(3, accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
        Assert.True(accepted.NoDelay);
    }

    [Fact]
    public void A_unix_socket_left_behind_is_taken_over_and_removed_at_the_end()
    {
        string path = Path.Combine(Path.GetTempPath(), $"gibbon-{Guid.NewGuid():N}.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(path));
        }

        if (!File.Exists(path)) File.WriteAllText(path, string.Empty);
        ListenAddress address = At(0) with { Address = "unix:" + path };
        using (ListenSocket listener = Assert.Single(ListenSocket.OpenAll([address], out _)))
        {
            ListenSocket.OpenAll([address], out ListenFailure? failure);
            Assert.Equal($"cannot listen on unix:{path}: Address already in use", failure!.ToString());

            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(listener.LocalEndPoint);
        }

        Assert.False(File.Exists(path));
    }

    private static ListenAddress At(int port) => FrontDoor.Listen() with { Port = port };
}

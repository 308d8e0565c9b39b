using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Gibbon.Dns.Wire;

namespace Gibbon.Dns;

/// <summary>
/// Asks the name servers one question: over UDP, and over TCP what is too long for that; one server after the other, until one answers or the
/// attempts are used up. Each question has a socket of its own, connected to the server: a source port that nobody can guess, and a kernel
/// that drops what comes from elsewhere.
/// </summary>
internal sealed class NameServers(ResolverSettings settings, TimeProvider time)
{
    // Questions under way at the same time, each with a socket. Names are asked for once each, so more means that something runs wild.
    private const int MostQuestions = 256;

    // More than a server may send to somebody who announces no size (512); what is longer still comes cut, and is malformed.
    private const int LongestDatagram = 4096;

    // Datagrams that answer something else, before the server counts as drowned out.
    private const int MostStrangers = 128;

    private readonly SemaphoreSlim _room = new(MostQuestions);

    public async Task<Reply> AskAsync(string name, RecordType type)
    {
        ImmutableArray<IPEndPoint> servers = settings.Servers;
        if (servers.IsEmpty)
        {
            return Reply.NoAnswer("failed to create a resolver: no nameservers specified");
        }

        if (!Question.IsName(name))
        {
            return Reply.NoAnswer("bad name");
        }

        await _room.WaitAsync().ConfigureAwait(false);
        try
        {
            return await AskInTurnAsync(servers, name, type).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    // A server that does not know better is not asked again; the others are.
    private async Task<Reply> AskInTurnAsync(ImmutableArray<IPEndPoint> servers, string name, RecordType type)
    {
        int first = settings.Rotate ? Random.Shared.Next(servers.Length) : 0;
        Reply reply = Reply.Empty;
        int refusals = 0;
        for (int attempt = 0; attempt < settings.Attempts && refusals < servers.Length; attempt++)
        {
            reply = await AskAsync(servers[(first + attempt) % servers.Length], Question.Create(name, type)).ConfigureAwait(false);
            if (reply.Kind is not (ReplyKind.ServerError or ReplyKind.NoAnswer))
            {
                return reply;
            }

            refusals += reply.Kind == ReplyKind.ServerError ? 1 : 0;
        }

        return reply;
    }

    private async Task<Reply> AskAsync(IPEndPoint server, Question question)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, time);
        bool datagram = true;
        try
        {
            Reply? reply = await AskByDatagramAsync(server, question, timeout.Token).ConfigureAwait(false);
            if (reply is not null)
            {
                return reply;
            }

            datagram = false;
            return await AskByStreamAsync(server, question, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Failed(server, datagram, "timeout");
        }
        catch (SocketException failure)
        {
            return Failed(server, datagram, Words(failure));
        }
        catch (EndOfStreamException)
        {
            return Failed(server, datagram, "closed");
        }
    }

    // Null when the answer is too long for a datagram.
    private static async Task<Reply?> AskByDatagramAsync(IPEndPoint server, Question question, CancellationToken cancellation)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        await socket.SendAsync(question.Message, SocketFlags.None, cancellation).ConfigureAwait(false);
        var buffer = new byte[LongestDatagram];
        for (int strangers = 0; strangers < MostStrangers; strangers++)
        {
            int length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation).ConfigureAwait(false);
            switch (ReplyReader.Read(buffer.AsSpan(0, length), question, out Reply reply))
            {
                case ReadOutcome.Read:
                    return reply;
                case ReadOutcome.Truncated:
                    return null;
                case ReadOutcome.Malformed:
                    return Failed(server, datagram: true, "malformed answer");
                default:
                    continue;
            }
        }

        return Failed(server, datagram: true, "id mismatch");
    }

    private static async Task<Reply> AskByStreamAsync(IPEndPoint server, Question question, CancellationToken cancellation)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        await using NetworkStream stream = new(socket, ownsSocket: false);
        var message = new byte[2 + question.Message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)question.Message.Length);
        question.Message.CopyTo(message, 2);
        await stream.WriteAsync(message, cancellation).ConfigureAwait(false);

        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellation).ConfigureAwait(false);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
        return ReplyReader.Read(answer, question, out Reply reply) switch
        {
            ReadOutcome.Read => reply,
            ReadOutcome.NotOurs => Failed(server, datagram: false, "id mismatch"),
            _ => Failed(server, datagram: false, "malformed answer"),
        };
    }

    private static Reply Failed(IPEndPoint server, bool datagram, string reason) =>
        Reply.NoAnswer($"failed to receive reply from {(datagram ? "UDP" : "TCP")} server {server}: {reason}");

    private static string Words(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset by peer",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.HostUnreachable => "no route to host",
        _ => failure.Message,
    };
}

using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gibbon.Plugins;

/// <summary>A gRPC service over HTTP/2 in clear, whose answers a test makes.</summary>
sealed class GrpcService : IAsyncDisposable
{
    readonly WebApplication application;

    GrpcService(WebApplication application)
    {
        this.application = application;
        Port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public int Port { get; }

    /// <summary>The calls that came.</summary>
    public List<GrpcCallSeen> Calls { get; } = [];

    /// <summary>Starts one.</summary>
    /// <param name="answer">Makes the messages of an answer from the message of a call, and its status.</param>
    public static async Task<GrpcService> StartAsync(Func<GrpcCallSeen, (byte[][] Messages, string Status, string? Message)> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var application = builder.Build();
        GrpcService? service = null;
        application.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var call = new GrpcCallSeen(
                http.Request.Method,
                http.Request.Path + http.Request.QueryString,
                http.Request.ContentType,
                http.Request.Headers.TE,
                body.ToArray());
            lock (service!.Calls)
                service.Calls.Add(call);

            await AnswerAsync(http.Response, answer(call));
        });
        await application.StartAsync();
        return service = new GrpcService(application);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await application.StopAsync(limit.Token);
        await application.DisposeAsync();
    }

    static async Task AnswerAsync(HttpResponse response, (byte[][] Messages, string Status, string? Message) answer)
    {
        response.ContentType = "application/grpc";
        if (answer.Messages.Length == 0)
        {
            // A call that fails at once has nothing but a head.
            response.Headers["grpc-status"] = answer.Status;
            if (answer.Message is not null)
                response.Headers["grpc-message"] = answer.Message;

            return;
        }

        foreach (var message in answer.Messages)
        {
            // In two pieces each, so that no frame comes whole.
            var frame = Frame(0, message);
            await response.Body.WriteAsync(frame.AsMemory(0, 3));
            await response.Body.FlushAsync();
            await response.Body.WriteAsync(frame.AsMemory(3));
            await response.Body.FlushAsync();
        }

        response.AppendTrailer("grpc-status", answer.Status);
        if (answer.Message is not null)
            response.AppendTrailer("grpc-message", answer.Message);
    }

    /// <summary>A message in its frame.</summary>
    public static byte[] Frame(byte flag, byte[] message)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }
}

/// <summary>A call as the service saw it.</summary>
/// <param name="Method">The method of HTTP.</param>
/// <param name="Path">The path with its query.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="Te">The header <c>TE</c>.</param>
/// <param name="Body">The body, frames and all.</param>
sealed record GrpcCallSeen(string Method, string Path, string? ContentType, string? Te, byte[] Body)
{
    /// <summary>The message in its only frame.</summary>
    public byte[] Message => Body[5..];

    /// <summary>The frame and the message in hexadecimal digits.</summary>
    public string Hex => Convert.ToHexStringLower(Body);
}

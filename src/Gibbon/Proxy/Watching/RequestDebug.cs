using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gibbon.Pdk;
using Gibbon.Proxy.Exchanges;
using Gibbon.Settings;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Watching;

/// <summary>Tells the timings of a request that asked for them (<c>X-Kong-Request-Debug</c>).</summary>
internal sealed class RequestDebug(RequestTimings timings, bool log, bool isLoopback)
{
    /// <summary>The header that carries them to the client.</summary>
    public const string Header = "X-Kong-Request-Debug-Output";

    private const int MostInHeader = 2048;
    private const int MostInLine = 3072;
    private const string Prefix = "[kong] [request-debug]";

    // What is said in a header must not need escapes that a reader of headers cannot undo.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool _log = log;
    private double _upstream;

    /// <summary>The header's value; the head of the answer is about to leave.</summary>
    public string Output(Exchange exchange)
    {
        timings.EndPhase();
        if (exchange.IsProxied)
        {
            _upstream = ExchangeWatch.Milliseconds(exchange.Times.BalancerEnded, exchange.Times.HeadReceived);
            timings.Root.Child("upstream").Add(_upstream);
            timings.Root.Child("upstream").Child("time_to_first_byte").Add(_upstream);
        }

        byte[] output = Write(exchange);
        if (output.Length <= MostInHeader || isLoopback)
        {
            return Encoding.UTF8.GetString(output);
        }

        _log = true;
        return $$"""{"truncated":true,"request_id":"{{exchange.Id}}","message":"Output is truncated, please check the error_log for full output by filtering with the request_id."}""";
    }

    /// <summary>The body has gone.</summary>
    public void Answered(Exchange exchange)
    {
        timings.EndPhase();
        if (exchange.IsProxied && exchange.Times.BodyEnded > exchange.Times.HeadReceived)
        {
            double streaming = ExchangeWatch.Milliseconds(exchange.Times.HeadReceived, exchange.Times.BodyEnded);
            _upstream += streaming;
            timings.Root.Child("upstream").Add(streaming);
            timings.Root.Child("upstream").Child("streaming").Add(streaming);
        }
    }

    /// <summary>Writes everything to the error log, if that was asked for or the header could not hold it.</summary>
    public void WriteLog(Exchange exchange)
    {
        if (!_log)
        {
            return;
        }

        timings.EndPhase();
        byte[] output = Write(exchange);
        if (output.Length < MostInLine)
        {
            exchange.LogLine(LogSeverity.Notice, $"{Prefix} output: {Encoding.UTF8.GetString(output)}");
            return;
        }

        int parts = (output.Length + MostInLine - 1) / MostInLine;
        for (int i = 0; i < parts; i++)
        {
            ReadOnlySpan<byte> part = output.AsSpan(i * MostInLine, Math.Min(MostInLine, output.Length - (i * MostInLine)));
            exchange.LogLine(LogSeverity.Notice, $"{Prefix} parts: {i + 1}/{parts} output: {Encoding.UTF8.GetString(part)}");
        }
    }

    private byte[] Write(Exchange exchange)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("request_id", exchange.Id);
            json.WriteString("workspace_id", Snapshot.DefaultWorkspace.ToString());
            timings.Root.WriteContent(json);
            double all = ExchangeWatch.Milliseconds(exchange.Times.Started, Stopwatch.GetTimestamp());
            json.WriteNumber("total_time_without_upstream", DebugNode.Rounded(Math.Max(0, all - _upstream)));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

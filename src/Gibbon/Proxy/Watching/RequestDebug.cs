using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gibbon.Balancing;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Proxy.Exchanges;
using Gibbon.Settings;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Watching;

/// <summary>The timings of a request that asked for them (<c>X-Kong-Request-Debug</c>): a tree of its steps, in milliseconds.</summary>
internal sealed class RequestDebug(bool log, bool isLoopback)
{
    /// <summary>The header that carries them to the client.</summary>
    public const string Header = "X-Kong-Request-Debug-Output";

    private const int MostInHeader = 2048;
    private const int MostInLine = 3072;
    private const string Prefix = "[kong] [request-debug]";

    // What is said in a header must not need escapes that a reader of headers cannot undo.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DebugNode _root = new("");
    private DebugNode? _phase;
    private DebugNode? _router;
    private DebugNode? _plugin;
    private long _phaseStarted;
    private long _stepStarted;
    private bool _log = log;
    private double _upstream;

    public void EnterPhase(Phase phase)
    {
        string? name = phase switch
        {
            Phase.Rewrite => "rewrite",
            Phase.Access => "access",
            Phase.Response => "response",
            Phase.HeaderFilter => "header_filter",
            Phase.BodyFilter => "body_filter",
            Phase.Log => "log",
            _ => null,
        };
        if (name is not null && _phase?.Name != name)
        {
            StartPhase(name);
        }
    }

    /// <summary>The router is a part of access.</summary>
    public void RouterStarts()
    {
        StartPhase("access");
        _router = _phase!.Child("router");
        _stepStarted = Stopwatch.GetTimestamp();
    }

    public void RouterEnds() => _router!.Add(ExchangeWatch.Milliseconds(_stepStarted, Stopwatch.GetTimestamp()));

    public void EnterPlugin(Pdk.Plugin? plugin, PluginInstance? instance)
    {
        long now = Stopwatch.GetTimestamp();
        _plugin?.Add(ExchangeWatch.Milliseconds(_stepStarted, now));
        _plugin = plugin is null || instance is null ? null : _phase?.Child("plugins").Child(plugin.Name).Child(instance.Id.ToString());
        _stepStarted = now;
    }

    public void Picked(Exchange exchange, EndPoints? peer, bool fromMemory)
    {
        double milliseconds = ExchangeWatch.Milliseconds(exchange.Call.LastTry.Started, exchange.Times.BalancerEnded);
        if (peer is { Literal: null })
        {
            DebugNode resolve = _root.Child("access").Child("dns").Child(peer.Host).Child("resolve");
            resolve.Add(milliseconds);
            resolve.CacheHit = fromMemory;
        }

        EndPhase();
        _root.Child("balancer").Add(milliseconds);
    }

    /// <summary>The header's value; the head of the answer is about to leave.</summary>
    public string Output(Exchange exchange)
    {
        EndPhase();
        if (exchange.IsProxied)
        {
            _upstream = ExchangeWatch.Milliseconds(exchange.Times.BalancerEnded, exchange.Times.HeadReceived);
            _root.Child("upstream").Add(_upstream);
            _root.Child("upstream").Child("time_to_first_byte").Add(_upstream);
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
        EndPhase();
        if (exchange.IsProxied && exchange.Times.BodyEnded > exchange.Times.HeadReceived)
        {
            double streaming = ExchangeWatch.Milliseconds(exchange.Times.HeadReceived, exchange.Times.BodyEnded);
            _upstream += streaming;
            _root.Child("upstream").Add(streaming);
            _root.Child("upstream").Child("streaming").Add(streaming);
        }
    }

    /// <summary>Writes everything to the error log, if that was asked for or the header could not hold it.</summary>
    public void WriteLog(Exchange exchange)
    {
        if (!_log)
        {
            return;
        }

        EndPhase();
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

    private void StartPhase(string name)
    {
        EndPhase();
        _phase = _root.Child(name);
        _phaseStarted = Stopwatch.GetTimestamp();
    }

    private void EndPhase()
    {
        _phase?.Add(ExchangeWatch.Milliseconds(_phaseStarted, Stopwatch.GetTimestamp()));
        _phase = null;
    }

    private byte[] Write(Exchange exchange)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("request_id", exchange.Id);
            json.WriteString("workspace_id", Snapshot.DefaultWorkspace.ToString());
            _root.WriteContent(json);
            double all = ExchangeWatch.Milliseconds(exchange.Times.Started, Stopwatch.GetTimestamp());
            json.WriteNumber("total_time_without_upstream", DebugNode.Rounded(Math.Max(0, all - _upstream)));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

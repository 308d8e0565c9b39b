using Gibbon.Pdk;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="Response"/> over an exchange.</summary>
internal sealed class ExchangeResponse(Exchange exchange) : Response(exchange)
{
    private MemoryStream? _collected;

    public override bool HeadersSent => exchange.Downstream.HasStarted;

    protected override int StatusCore => exchange.Head.Status;

    protected override ResponseSource SourceCore =>
        exchange.HasFailed ? ResponseSource.Error
        : exchange.StandsForService ? ResponseSource.Service
        : exchange.Answer.IsSet ? exchange.Answer.Source
        : exchange.IsProxied ? ResponseSource.Service
        : ResponseSource.Error;

    /// <summary>Who made the answer, whatever the phase.</summary>
    public ResponseSource CurrentSource => SourceCore;

    public void Clear() => _collected = null;

    protected override string? GetHeaderCore(string name) => exchange.ResponseHeaders.GetString(name);

    protected override HeaderMap GetHeadersCore(int maxHeaders) => HeaderMaps.From(exchange.ResponseHeaders, maxHeaders);

    protected override HeaderMap GetRawHeadersCore(int maxHeaders) => HeaderMaps.From(exchange.ResponseHeaders, maxHeaders, raw: true);

    protected override void MarkAsProxiedCore() => exchange.StandsForService = exchange.IsProxied = true;

    protected override void SetStatusCore(int status) => exchange.SetStatus(status);

    protected override void SetHeaderCore(string name, HeaderValue value) => Exchange.SetHeader(exchange.ResponseHeaders, name, value);

    protected override void AddHeaderCore(string name, HeaderValue value)
    {
        for (int i = 0; i < value.Count; i++)
        {
            exchange.ResponseHeaders.Add(name, value[i]);
        }
    }

    protected override void ClearHeaderCore(string name) => exchange.ResponseHeaders.RemoveLoosely(name);

    protected override ReadOnlyMemory<byte>? GetRawBodyCore()
    {
        BodyChunk chunk = exchange.Chunk;
        if (chunk.IsLast && _collected is null)
        {
            return chunk.Data;
        }

        _collected ??= new MemoryStream();
        _collected.Write(chunk.Data.Span);
        if (!chunk.IsLast)
        {
            chunk.Data = default;
            return null;
        }

        chunk.Data = _collected.GetBuffer().AsMemory(0, (int)_collected.Length);
        _collected = null;
        return chunk.Data;
    }

    protected override void SetRawBodyCore(ReadOnlyMemory<byte> body)
    {
        exchange.Chunk.Data = body;
        exchange.Chunk.IsLast = true;
    }

    protected override ValueTask ExitCore(int status, ExitBody body, HeaderMap? headers)
    {
        OwnAnswers.SetExit(exchange, status, body, headers);
        return exchange.AnsweredInFilter();
    }

    protected override ValueTask ErrorCore(int status, string? message, HeaderMap? headers)
    {
        OwnAnswers.SetError(exchange, status, message, headers, ResponseSource.Exit);
        return exchange.AnsweredInFilter();
    }
}

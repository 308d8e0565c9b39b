namespace Gibbon.Pdk;

/// <summary>
/// The figures of a request that metrics are made of, without the cost of <see cref="RequestLog.Serialize"/>. Latencies are in
/// milliseconds.
/// </summary>
/// <param name="KongLatency">What the gateway took: <c>latencies.kong</c>.</param>
/// <param name="ProxyLatency">What the service took to its first byte: <c>latencies.proxy</c>; -1 if none was contacted.</param>
/// <param name="RequestLatency">From the request's first byte to the response's last: <c>latencies.request</c>. A stream's:
/// <c>latencies.session</c>.</param>
/// <param name="ReceiveLatency">What receiving the response took: <c>latencies.receive</c>.</param>
/// <param name="RequestSize">Bytes of the request with its head. A stream's: bytes received.</param>
/// <param name="ResponseSize">Bytes of the response with its head. A stream's: bytes sent.</param>
public readonly record struct TrafficFigures(
    double KongLatency,
    double ProxyLatency,
    double RequestLatency,
    double ReceiveLatency,
    long RequestSize,
    long ResponseSize);

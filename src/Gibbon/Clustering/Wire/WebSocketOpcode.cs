namespace Gibbon.Clustering.Wire;

/// <summary>What a WebSocket frame is.</summary>
internal enum WebSocketOpcode
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>A message, or a frame that is none: a ping with what it says, a close.</summary>
internal readonly record struct WebSocketMessage(WebSocketOpcode Opcode, byte[] Payload);

using Gibbon.Settings;

namespace Gibbon.Proxy.Traffic;

/// <summary>
/// The switch of <c>traffic_recording</c>, and what is recorded while it is on. Off it costs a request one look at a field; what was recorded
/// stays until it is forgotten.
/// </summary>
internal sealed class TrafficRecorder
{
    private readonly Lock _changing = new();
    private volatile TrafficRecording? _current;
    private TrafficRecording _recording;

    public TrafficRecorder(TrafficSettings settings, TimeProvider time)
    {
        Settings = settings;
        Time = time;
        _recording = new TrafficRecording(settings.SampleRate, settings.Size, time);
        _current = settings.IsOn ? _recording : null;
    }

    /// <summary>What the node was started with.</summary>
    public TrafficSettings Settings { get; }

    public TimeProvider Time { get; }

    /// <summary>Where requests are recorded at the moment; null while that is off.</summary>
    public TrafficRecording? Current => _current;

    /// <summary>What has been recorded, on or off.</summary>
    public TrafficRecording Recording => Volatile.Read(ref _recording);

    /// <summary>Turns it on or off, or changes how much is recorded. Another size keeps the newest.</summary>
    public void Change(bool isOn, double sampleRate, int size)
    {
        lock (_changing)
        {
            TrafficRecording old = _recording;
            bool starts = isOn && _current is null;
            if (starts || old.SampleRate != sampleRate || old.Size != size)
            {
                TrafficRecording next = new(sampleRate, size, Time);
                next.CopyFrom(old);
                Volatile.Write(ref _recording, next);
            }

            _current = isOn ? _recording : null;
        }
    }

    /// <summary>Forgets what was recorded.</summary>
    public void Clear()
    {
        lock (_changing)
        {
            TrafficRecording next = new(_recording.SampleRate, _recording.Size, Time);
            next.GoOnFrom(_recording);
            Volatile.Write(ref _recording, next);
            _current = _current is null ? null : next;
        }
    }
}

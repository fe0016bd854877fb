/** Playlists: put songs together, keep them in order, play them through and mix them without boring anyone. */

export interface Song {
  id: string;
  title: string;
  artist: string;
  /** Length in seconds. */
  seconds: number;
  /** Beats a minute, if known. */
  tempo?: number;
  genres: string[];
}

export interface Playlist {
  name: string;
  songIds: string[];
  /** Everyone may read it; only these people may change it. The first one made it. */
  editors: string[];
}

/** A request that cannot be carried out; the message is meant for the user. */
export class PlaylistError extends Error {}

/** All songs and playlists of one household. */
export class MusicBox {
  private readonly songs = new Map<string, Song>();
  private readonly playlists = new Map<string, Playlist>();
  private readonly plays = new Map<string, number>();

  /** Add a song, or correct one that is already there. */
  addSong(song: Song): void {
    if (song.seconds <= 0) {
      throw new PlaylistError(`The length of "${song.title}" must be above zero.`);
    }
    this.songs.set(song.id, { ...song, genres: [...song.genres] });
  }

  /** Find songs whose title or artist holds these words, in any case, the most played first. */
  search(words: string, limit = 10): Song[] {
    const wanted = words.toLowerCase();
    return [...this.songs.values()]
      .filter((song) => `${song.title} ${song.artist}`.toLowerCase().includes(wanted))
      .sort((a, b) => this.playCount(b.id) - this.playCount(a.id) || a.title.localeCompare(b.title))
      .slice(0, limit);
  }

  /** Start an empty playlist. Names are unique. */
  createPlaylist(name: string, owner: string): Playlist {
    if (this.playlists.has(name)) {
      throw new PlaylistError(`There is already a playlist called "${name}".`);
    }
    const playlist: Playlist = { name, songIds: [], editors: [owner] };
    this.playlists.set(name, playlist);
    return playlist;
  }

  /** Let another person change a playlist. Only its owner may do so. */
  share(name: string, owner: string, friend: string): void {
    const playlist = this.playlist(name);
    if (playlist.editors[0] !== owner) {
      throw new PlaylistError(`Only ${playlist.editors[0]} may share "${name}".`);
    }
    if (!playlist.editors.includes(friend)) {
      playlist.editors.push(friend);
    }
  }

  /**
   * Put a song into a playlist, at a position from 1 or at the end, and return the new number of songs.
   * A song that is already in the playlist is refused.
   */
  insert(name: string, songId: string, editor: string, position?: number): number {
    const playlist = this.editable(name, editor);
    this.song(songId);
    if (playlist.songIds.includes(songId)) {
      throw new PlaylistError(`"${this.song(songId).title}" is already in "${name}".`);
    }
    const at = position ?? playlist.songIds.length + 1;
    if (!Number.isInteger(at) || at < 1 || at > playlist.songIds.length + 1) {
      throw new PlaylistError(`Positions in "${name}" go from 1 to ${playlist.songIds.length + 1}.`);
    }
    playlist.songIds.splice(at - 1, 0, songId);
    return playlist.songIds.length;
  }

  /** Take a song out of a playlist and return how many are left. */
  remove(name: string, songId: string, editor: string): number {
    const playlist = this.editable(name, editor);
    const at = playlist.songIds.indexOf(songId);
    if (at < 0) {
      throw new PlaylistError(`"${name}" has no song ${songId}.`);
    }
    playlist.songIds.splice(at, 1);
    return playlist.songIds.length;
  }

  /** Count one play of a song and return how often it was played. */
  play(songId: string): number {
    this.song(songId);
    const count = this.playCount(songId) + 1;
    this.plays.set(songId, count);
    return count;
  }

  /** Return how often a song was played, 0 for one nobody knows. */
  playCount(songId: string): number {
    return this.plays.get(songId) ?? 0;
  }

  /** Return the length of a playlist as hours, minutes and seconds, `1:02:07`, or minutes and seconds, `42:07`. */
  duration(name: string): string {
    const total = this.playlist(name).songIds.reduce((sum, id) => sum + this.song(id).seconds, 0);
    const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
    const two = (n: number): string => String(n).padStart(2, "0");
    return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  }

  /**
   * Choose songs of one genre that together last at most so many minutes: the least played first,
   * and never two of one artist in a row where another choice is left.
   */
  mix(genre: string, minutes: number): Song[] {
    const pool = [...this.songs.values()]
      .filter((song) => song.genres.includes(genre))
      .sort((a, b) => this.playCount(a.id) - this.playCount(b.id) || a.id.localeCompare(b.id));
    const chosen: Song[] = [];
    let left = minutes * 60;
    for (;;) {
      const fitting = pool.filter((song) => song.seconds <= left);
      const previous = chosen.at(-1)?.artist;
      const next = fitting.find((song) => song.artist !== previous) ?? fitting[0];
      if (next === undefined) {
        return chosen;
      }
      chosen.push(next);
      pool.splice(pool.indexOf(next), 1);
      left -= next.seconds;
    }
  }

  private song(id: string): Song {
    const song = this.songs.get(id);
    if (song === undefined) {
      throw new PlaylistError(`There is no song ${id}.`);
    }
    return song;
  }

  private playlist(name: string): Playlist {
    const playlist = this.playlists.get(name);
    if (playlist === undefined) {
      throw new PlaylistError(`There is no playlist called "${name}".`);
    }
    return playlist;
  }

  private editable(name: string, editor: string): Playlist {
    const playlist = this.playlist(name);
    if (!playlist.editors.includes(editor)) {
      throw new PlaylistError(`${editor} may not change "${name}".`);
    }
    return playlist;
  }
}
